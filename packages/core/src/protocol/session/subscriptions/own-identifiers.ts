/**
 * Subscription identifiers that the client chooses itself. They count down from the top of the range, away from those of
 * the application, and start again when a million of them were taken.
 */

import { largestSubscriptionIdentifier } from "../../../codec/limits.js";

const rangeLength = 1_048_576;

/** The highest identifier of a range of identifiers. */
type IdentifierRange = number;

/** The range for new subscriptions. */
export const subscriptionRange: IdentifierRange = largestSubscriptionIdentifier;

/** The range for subscriptions that are renewed together. */
export const renewalRange: IdentifierRange = largestSubscriptionIdentifier - rangeLength;

export class OwnIdentifiers {
  readonly #range: IdentifierRange;
  #takenCount = 0;

  constructor(range: IdentifierRange) {
    this.#range = range;
  }

  take(): number {
    const identifier = this.#range - (this.#takenCount % rangeLength);
    this.#takenCount += 1;
    return identifier;
  }
}
