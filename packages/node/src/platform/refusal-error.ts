/** Somebody on the way answered, and the answer was no. */

/** Answers of HTTP after which another attempt cannot help soon. */
const hopelessStatusCodes: ReadonlySet<number> = new Set([401, 403, 407]);

/** The longest reason phrase that a message quotes, in characters. */
const quotedLength = 80;

/** What a {@link RefusalError} is made of. */
export interface Refusal {
  readonly message: string;
  readonly statusCode?: number;
  readonly retryable: boolean;
}

/**
 * The `cause` of a `ConnectionError` for which there was an answer: of a proxy (phase `proxy`), or of the server that was
 * asked for a WebSocket (phase `websocket`).
 */
export class RefusalError extends Error {
  /** The status of HTTP, such as 407; undefined for SOCKS. */
  readonly statusCode: number | undefined;

  /** False where another attempt cannot help soon. */
  readonly retryable: boolean;

  constructor({ message, statusCode, retryable }: Refusal) {
    super(message);
    this.name = "RefusalError";
    this.statusCode = statusCode;
    this.retryable = retryable;
  }
}

/** The refusal that an answer of HTTP is; `who` gave it. */
export function httpRefusal(who: string, statusCode: number, reason = ""): RefusalError {
  const answer = `${statusCode} ${reason.slice(0, quotedLength)}`.trimEnd();
  return new RefusalError({
    message: `${who} answered ${answer}`,
    statusCode,
    retryable: !hopelessStatusCodes.has(statusCode),
  });
}
