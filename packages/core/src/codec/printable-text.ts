/** The longest text of a peer that a message quotes, in characters. */
const longestQuote = 256;

/**
 * Characters that would change what a terminal or a log shows: controls, line separators, marks that turn the direction
 * of text, and halves of surrogate pairs.
 */
const unprintable = /[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** Makes text from outside fit for a message: at most 256 characters, and U+FFFD for each control character. */
export function printable(text: string): string {
  const shown = text.length > longestQuote ? `${text.slice(0, longestQuote - 1)}…` : text;
  return shown.replace(unprintable, "\u{fffd}");
}
