/**
 * A log. The client writes problems to it that nobody listens for, such as failed attempts if there is no listener for
 * `connectionFailure`. It never writes credentials or payloads (section 5.4).
 */
export interface Logger {
  /** Logs a problem: a sentence, and the error behind it if there is one. */
  warn(message: string, cause?: unknown): void;
}
