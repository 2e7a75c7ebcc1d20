/**
 * Where the client reports what nobody listens for, such as a listener's exception without a `handlerError` listener.
 *
 * It is never given credentials or payloads (section 5.4).
 */
export interface Logger {
  /** Takes one report: a sentence, and the error behind it where there is one. */
  warn(message: string, cause?: unknown): void;
}
