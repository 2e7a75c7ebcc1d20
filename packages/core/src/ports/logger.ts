/**
 * The log of the platform. The client writes problems to it that have no listener, such as an exception in a listener
 * if there is no `handlerError` listener. It never writes credentials or payloads (section 5.4).
 */
export interface Logger {
  /** Logs a problem: a sentence, and the error behind it if there is one. */
  warn(message: string, cause?: unknown): void;
}
