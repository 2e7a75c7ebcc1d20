/** A holder of at most one unit of a send quota. The quota may be that of an older connection. */
interface QuotaHolder {
  quota: SendQuota | undefined;
}

/**
 * The send quota of one connection (section 4.9): the number of QoS 1 and 2 publishes that may still be written before
 * an acknowledgement comes. It starts at the server's Receive Maximum and never rises above it, because only the holder
 * of a unit can give it back.
 */
export class SendQuota {
  /** The Receive Maximum of the other side. */
  readonly limit: number;
  #used = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /**
   * The units in use. May exceed the limit: the PUBRELs of a resumed session are sent without regard to the quota, and
   * a server may send more than it is allowed to.
   */
  get used(): number {
    return this.#used;
  }

  /** True when another publish may be written (MQTT-3.3.4-7, MQTT-4.9.0-2). */
  get hasRoom(): boolean {
    return this.#used < this.limit;
  }

  take(holder: QuotaHolder): void {
    if (holder.quota !== this) {
      holder.quota = this;
      this.#used += 1;
    }
  }

  release(holder: QuotaHolder): void {
    if (holder.quota === this) {
      holder.quota = undefined;
      this.#used -= 1;
    }
  }
}
