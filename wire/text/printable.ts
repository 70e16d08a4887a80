/** What may be shown on a terminal: control and invisible characters are written out, so that a stranger's words can't steer it. Pure. */

/**
 * Control characters (C0 but tab and line break, DEL, C1), formatting ones (bidirectional marks, embeddings and isolates, invisible letters)
 * and the two line separators. The joiners stay: Persian words and many emoji need them, and they move nothing.
 */
const UNPRINTABLE = /(?![\t\n\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Characters that no id carries honestly: controls, and whatever changes the direction of what follows. https://trojansource.codes */
const DECEPTIVE = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** The text as it may be printed. Escaped as JSON would have it (`\u202e`), so that JSON stays the same JSON. */
export const escapeUnprintable = (text: string): string => text.replace(UNPRINTABLE, escaped);

/** The same for a cell of a table, where a line break would begin a row that isn't one. */
export const escapeCell = (text: string): string => escapeUnprintable(text).replace(/[\t\n]/g, escaped);

/** Whether a text holds characters that would deceive whoever reads it as an id. */
export const hasDeceptive = (text: string): boolean => DECEPTIVE.test(text);

const escaped = (char: string): string =>
  Array.from({ length: char.length }, (_, index) => `\\u${char.charCodeAt(index).toString(16).padStart(4, '0')}`).join(
    '',
  );
