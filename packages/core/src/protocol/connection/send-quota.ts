/** What holds a unit of a quota, at most one; it may be that of an older connection. */
interface QuotaHolder {
  quota: SendQuota | undefined;
}

/**
 * The send quota of one connection (section 4.9): how many more QoS 1 and 2 publishes may be written before an
 * acknowledgement comes. It starts at the server's Receive Maximum and never rises above it, whatever is acknowledged:
 * only who holds a unit gives one back.
 */
export class SendQuota {
  readonly #limit: number;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Units in use; may exceed the limit by the PUBRELs of a resumed session, which are sent whatever the quota. */
  get used(): number {
    return this.#used;
  }

  /** True when another publish may be written (MQTT-3.3.4-7, MQTT-4.9.0-2). */
  get hasRoom(): boolean {
    return this.#used < this.#limit;
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
