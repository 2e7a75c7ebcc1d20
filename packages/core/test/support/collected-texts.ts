import type { MessageStream } from "../../src/client/messages/message-stream.js";

/**
 * Reads until the loop ends, in the background, and collects the payloads. An error of the loop is collected too. With
 * `marksEnd`, so is the word `done` when the loop ends without one.
 */
export function collectTexts(stream: MessageStream, { marksEnd = false } = {}): string[] {
  const texts: string[] = [];
  void (async (): Promise<void> => {
    try {
      for await (const message of stream) {
        texts.push(message.text());
      }
      texts.push(...(marksEnd ? ["done"] : []));
    } catch (error) {
      texts.push(String(error));
    }
  })();
  return texts;
}
