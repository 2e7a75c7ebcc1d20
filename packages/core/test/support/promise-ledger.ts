/** How a promise stands. */
export type Settlement =
  | { readonly status: "pending" }
  | { readonly status: "fulfilled"; readonly value: unknown }
  | { readonly status: "rejected"; readonly reason: unknown };

interface Entry {
  readonly name: string;
  settlement: Settlement;
}

/** Keeps account of promises: after a client has stopped, none of those it gave may be pending. */
export class PromiseLedger {
  readonly #entries: Entry[] = [];

  /** Takes a promise into the account, and gives a view of how it stands. */
  register(name: string, promise: Promise<unknown>): { readonly settlement: Settlement } {
    const entry: Entry = { name, settlement: { status: "pending" } };
    this.#entries.push(entry);
    promise.then(
      (value) => {
        entry.settlement = { status: "fulfilled", value };
      },
      (reason: unknown) => {
        entry.settlement = { status: "rejected", reason };
      },
    );
    return entry;
  }

  /** The names of those that are pending. */
  get pending(): readonly string[] {
    return this.#entries.filter(({ settlement }) => settlement.status === "pending").map(({ name }) => name);
  }
}
