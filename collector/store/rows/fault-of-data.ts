/** How engines say that what they were given can't be kept, by whomever and whenever: nothing was written, and others are not concerned. */

/**
 * PostgreSQL's classes 22 (a value), 23 (a constraint) and 54 (a limit of its own), https://www.postgresql.org/docs/current/errcodes-appendix.html;
 * SQLite's results of the same kind, https://www.sqlite.org/rescode.html. A value that a driver can't hand over at all has no code.
 */
const CODES = /^(?:(?:22|23|54)[0-9A-Z]{3}|SQLITE_(?:CONSTRAINT|TOOBIG|MISMATCH|RANGE)\w*)$/;

export function isFaultOfData(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? CODES.test(code) : error instanceof TypeError || error instanceof RangeError;
}
