/** The error for a refusal: a proxy or the server answered, and the answer was no. */

import { printable } from "@mqtt5/core/adapter";

/** The status codes of HTTP after which another attempt will not succeed soon. */
const hopelessStatusCodes: ReadonlySet<number> = new Set([401, 403, 407]);

/** The length of the longest target of a redirect that a message quotes, in characters. */
const longestLocation = 200;

/** The parts of a {@link RefusalError}. */
export interface Refusal {
  /** The answer, in words. */
  readonly message: string;
  /** The status code of HTTP, such as 407. It is absent for SOCKS5. */
  readonly statusCode?: number;
  /** False if another attempt will not succeed soon. */
  readonly retryable: boolean;
}

/**
 * The `cause` of a `ConnectionError` after a refusal. With the phase `proxy`, the proxy refused the connection. With
 * the phase `websocket`, the server refused the upgrade to WebSocket.
 */
export class RefusalError extends Error {
  /** The status code of HTTP, such as 407. It is undefined for SOCKS5. */
  readonly statusCode: number | undefined;

  /**
   * False if another attempt will not succeed soon. The client then waits the full `maxReconnectDelayMs` before the
   * next attempt.
   */
  readonly retryable: boolean;

  /** Creates the error from its parts. The client does this; an application has no need to. */
  constructor({ message, statusCode, retryable }: Refusal) {
    super(message);
    this.name = "RefusalError";
    this.statusCode = statusCode;
    this.retryable = retryable;
  }
}

/** Says where a redirect leads. The query is left out, because it may contain secrets. */
function describeRedirect(location: string): string {
  const [target = ""] = location.split(/[?#]/);
  const isQuotable = target.length <= longestLocation && /^[!-~]*$/.test(target) && !target.includes("@");
  return `, a redirect${isQuotable ? ` to ${target}` : ""}, which the client does not follow: change the URL`;
}

/**
 * Returns the refusal for an answer of HTTP. `who` names the program that sent it, `location` is where a redirect
 * leads.
 */
export function httpRefusal(who: string, statusCode: number, reason = "", location?: string): RefusalError {
  const answer = `${statusCode} ${printable(reason)}`.trimEnd();
  return new RefusalError({
    message: `${who} answered ${answer}${location === undefined ? "" : describeRedirect(location)}`,
    statusCode,
    retryable: !hopelessStatusCodes.has(statusCode),
  });
}
