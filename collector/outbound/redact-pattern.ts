/** One way to find a value in a text: a cheap look first, then a pattern. For `redact.ts` and its neighbours. */

/** One way to find a value. A search for a plain string is far cheaper than a regular expression, so `mayBeIn` comes first. */
export interface Spelling {
  /** Whether the text, in lower case, can hold a match. */
  mayBeIn: (lower: string) => boolean;
  pattern: () => RegExp;
}

/** A piece that every spelling has in common: the longest run of letters and digits, which nobody encodes. */
export const clueOf = (text: string): string =>
  (text.toLowerCase().match(/[a-z0-9]+/g) ?? []).reduce(
    (best, piece) => (piece.length > best.length ? piece : best),
    '',
  );

export const hexSpelling = (hex: string): Spelling => ({
  mayBeIn: (lower) => lower.includes(hex),
  pattern: makeOnce(() => new RegExp(hex, 'gi')),
});

/** Both alphabets of base64, percent-encoded as a form would have it, and as JSON may escape it. */
export function base64Spelling(text: string): Spelling {
  const clue = clueOf(text);
  return {
    mayBeIn: (lower) => lower.includes(clue),
    pattern: makeOnce(
      () =>
        new RegExp(
          text
            .replaceAll('+', '(?:\\+|-|%(?:25)*2B)')
            .replaceAll('/', '(?:\\\\?\\/|_|%(?:25)*2F)')
            .replaceAll('=', '(?:=|%(?:25)*3D)?'),
          'gi',
        ),
    ),
  };
}

export function makeOnce<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
