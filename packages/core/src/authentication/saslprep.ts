/**
 * SASLprep (RFC 4013). With it, client and server get the same bytes for a name or password that was typed in different
 * ways. This file has the mappings, NFKC, and the tables of prohibited characters. It does not check text that runs in
 * both directions. It accepts code points that Unicode 3.2 did not assign, as a client may.
 */

import { InvalidArgumentError } from "../errors.js";

/** Spaces beyond ASCII (RFC 3454, C.1.2). */
const otherSpaces = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g;

/** Characters that are removed (RFC 3454, B.1). */
const invisible = /\u00ad|\u034f|\u1806|[\u180b-\u180d]|\u200c|\u200d|\u2060|[\ufe00-\ufe0f]|\ufeff/g;

/** Controls, private use, surrogates, and characters that change how text is shown (RFC 3454, C.2 to C.9). */
const prohibited =
  /[\p{Cc}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}\u0340\u0341\u06dd\u070f\u180e\u200e\u200f\u2028-\u202e\u2061-\u2063\u206a-\u206f\u2ff0-\u2ffb\ufff9-\ufffd\u{1d173}-\u{1d17a}\u{e0001}\u{e0020}-\u{e007f}]/u;

/** Prepares a name or password. Throws an InvalidArgumentError, without the text, if it cannot be used. */
export function saslprep(text: string, field: string): string {
  const prepared = text.replace(otherSpaces, " ").replace(invisible, "").normalize("NFKC");
  if (prepared === "" || prohibited.test(prepared)) {
    throw new InvalidArgumentError({
      field,
      limit: "text that is not empty and has no character that SASLprep forbids",
    });
  }
  return prepared;
}
