/** The fault of a database in words, and its address without what opens it. */
import { StartError } from '../start-error.ts';

/** `postgres://user@host/name`: never the password, nor options that could hold one. */
export function placeOf(url: string): string {
  if (!URL.canParse(url)) return 'the database';
  const { protocol, username, host, pathname } = new URL(url);
  return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`;
}

const WORDS: readonly [code: RegExp, fix: string][] = [
  [
    /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|57P03)$/,
    'Is PostgreSQL running there, and may this machine reach it?',
  ],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'The name of its host is not known: correct the address.'],
  [/^28/, 'Correct user and password of the address.'],
  [/^3D000$/, 'Make the database first: createdb NAME.'],
  [/^42501$/, 'Give the user the right to make tables in it: GRANT ALL ON SCHEMA public TO USER.'],
  [/^53100$/, 'Its disk is full: make room.'],
  [/^53300$/, 'It takes no more connections: raise max_connections, or put a pooler in front.'],
  [/^25006$/, 'It only reads (a standby): name the primary.'],
];

export function explainDatabaseFault(place: string, fault: unknown): StartError {
  if (fault instanceof StartError) return fault;
  const { message, code = '' } = (fault ?? {}) as { message?: string; code?: string };
  const fix = WORDS.find(([known]) => known.test(code))?.[1];
  // An address that several machines answer to fails with an error for each of them, and no words of its own.
  const said = message === undefined || message === '' ? code : message;
  return new StartError(`${place} can't be used (${said}).${fix === undefined ? '' : ` ${fix}`}`, { cause: fault });
}
