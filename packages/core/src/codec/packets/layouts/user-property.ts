/** A name and a value that the protocol carries without looking at them (section 2.2.2.2); names may repeat. */
export interface UserProperty {
  readonly name: string;
  readonly value: string;
}

/** The property that nearly every packet may carry. */
export interface UserProperties {
  /** In the order of the wire; names may repeat. */
  readonly userProperties?: readonly UserProperty[];
}

/** What an answer may say beside its reason code. */
export interface ReasonProperties extends UserProperties {
  /** A text for people (section 2.2.2.2); not for programs to judge by. */
  readonly reasonString?: string;
}
