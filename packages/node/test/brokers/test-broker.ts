/** Any broker that the scenarios run against, for the time of a test. */
export interface TestBroker {
  readonly username: string;
  readonly password: string;

  /** The port of each transport that it offers, by the scheme of its URL. */
  readonly ports: Readonly<Partial<Record<string, number>>>;

  /** Ends it and starts it again on the same ports. */
  restart(): Promise<void>;

  stop(): Promise<void>;
}
