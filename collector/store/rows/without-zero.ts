/** The one character that SQLite keeps in a text and PostgreSQL does not, replaced as it is shown where it can't be. */

/** The escape of character 0 in a JSON text, where its backslash is none that is escaped itself. */
const ESCAPED_ZERO = /(?<=(?:^|[^\\])(?:\\\\)*)\\u0000/g;

/** PostgreSQL doesn't look into JSON that holds the escaped one, either. */
export function withoutZero(text: string): string {
  const plain = text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text;
  return plain.includes('\\u0000') ? plain.replace(ESCAPED_ZERO, '\\ufffd') : plain;
}
