/** A name and a value that the application defines. The protocol only carries them. */
export interface UserProperty {
  /** The name, up to 65,535 bytes in UTF-8. Names may repeat. */
  readonly name: string;
  /** The value, up to 65,535 bytes in UTF-8. */
  readonly value: string;
}

/** The part that all packets with properties share. */
export interface UserProperties {
  /** The user properties, in the order in which they are sent. */
  readonly userProperties?: readonly UserProperty[];
}

/** The explanation that a packet may have besides its reason code. */
export interface ReasonProperties extends UserProperties {
  /** A text for diagnosis. It is for people, not for programs. */
  readonly reasonString?: string;
}
