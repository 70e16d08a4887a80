/** Reads the environment once, at start: every problem is listed, and a wrong value stops the start. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Problem } from './event.ts';

export interface Environment {
  port: number;
  host: string;
  /** Folder of the SQLite file and generated keys, absolute. */
  data: string;
  databaseUrl: string | undefined;
  /** Seals secrets and personal data. */
  key: string;
  adminToken: string;
  /** True when the token was made at this start: it is printed once. */
  adminTokenIsNew: boolean;
  /** Without a trailing slash; undefined until the port is known. */
  publicUrl: string | undefined;
  /** Prefix of the browser routes, without a trailing slash. */
  path: string;
  trustProxy: string[] | 'all' | undefined;
  allowPrivate: boolean;
  log: string;
}

/** Thrown with everything that is wrong. */
export class ConfigurationError extends Error {
  problems: Problem[];
  constructor(message: string, problems: Problem[]) {
    super([message, ...problems.map(({ field, message: text }) => `  ${field}: ${text}`)].join('\n'));
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** `env` is `process.env`. Makes the data folder and the keys that are missing. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const problems: Problem[] = [];
  const refuse = (field: string, message: string): void => void problems.push({ field, message });
  const get = (name: string): string | undefined => fromFile(env, name, refuse);

  const port = readPort(get('PORT'), refuse);
  const path = get('CLICKTHREAD_PATH') ?? '/t';
  if (!/^(\/[\w.-]+)+$/.test(path))
    refuse('CLICKTHREAD_PATH', 'must start with a slash and not end with one, such as /t');
  const publicUrl = get('CLICKTHREAD_PUBLIC_URL')?.replace(/\/+$/, '');
  if (publicUrl !== undefined && !(URL.canParse(publicUrl) && /^https?:/.test(publicUrl))) {
    refuse('CLICKTHREAD_PUBLIC_URL', 'must be an http(s) address, such as https://t.shop.example');
  }
  const log = get('CLICKTHREAD_LOG') ?? 'info';
  if (!LEVELS.includes(log)) refuse('CLICKTHREAD_LOG', `must be one of ${LEVELS.join(', ')}`);
  const allow = get('CLICKTHREAD_ALLOW_PRIVATE') ?? '0';
  if (!/^(0|1|true|false|)$/.test(allow)) refuse('CLICKTHREAD_ALLOW_PRIVATE', 'must be 1 or 0');
  const databaseUrl = get('DATABASE_URL');
  if (databaseUrl !== undefined) {
    refuse('DATABASE_URL', 'is not supported by this version, which keeps its data in SQLite; leave it unset');
  }
  const key = get('CLICKTHREAD_KEY');
  if (key !== undefined && key.length < 16)
    refuse('CLICKTHREAD_KEY', 'must have at least 16 characters; make one with: openssl rand -base64 32');
  const adminToken = get('CLICKTHREAD_ADMIN_TOKEN');
  // It travels as "Authorization: Bearer TOKEN", where a space would end it.
  if (adminToken !== undefined && !/^[\x21-\x7e]{16,}$/.test(adminToken))
    refuse('CLICKTHREAD_ADMIN_TOKEN', 'must have at least 16 characters, letters, digits and signs without spaces');
  const trustProxy = readProxies(get('CLICKTHREAD_TRUST_PROXY'), refuse);
  const host = get('HOST') ?? '127.0.0.1';
  const data = resolve(get('CLICKTHREAD_DATA') ?? './data');
  if (problems.length > 0) throw new ConfigurationError('The environment does not fit:', problems);

  makeFolder(data);
  const admin = adminToken === undefined ? keptOrMade(join(data, 'admin-token')) : { value: adminToken, made: false };
  return {
    port,
    host,
    data,
    databaseUrl,
    key: key ?? keptOrMade(join(data, 'key')).value,
    adminToken: admin.value,
    adminTokenIsNew: admin.made,
    publicUrl,
    path,
    trustProxy,
    allowPrivate: allow === '1' || allow === 'true',
    log,
  };
}

function fromFile(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  refuse: (field: string, message: string) => void,
): string | undefined {
  const file = env[`${name}_FILE`];
  if (file === undefined || file === '') return env[name] === '' ? undefined : env[name];
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    refuse(`${name}_FILE`, `names a file that can't be read`);
    return undefined;
  }
}

function readPort(text: string | undefined, refuse: (field: string, message: string) => void): number {
  const port = Number(text ?? 8787);
  if (!Number.isInteger(port) || port < 0 || port > 65535) refuse('PORT', 'must be a whole number from 0 to 65535');
  return port;
}

function readProxies(
  text: string | undefined,
  refuse: (field: string, message: string) => void,
): Environment['trustProxy'] {
  if (text === undefined || text === '0' || text === 'off' || text === 'false') return undefined;
  if (text === '1' || text === 'true' || text === 'all') return 'all';
  const list = text.split(',').map((entry) => entry.trim());
  if (list.some((entry) => !/^[\da-f.:/]+$|^loopback$|^uniquelocal$|^linklocal$/i.test(entry))) {
    refuse(
      'CLICKTHREAD_TRUST_PROXY',
      'must be off, all, or a list of addresses and ranges such as 10.0.0.0/8,loopback',
    );
  }
  return list;
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new ConfigurationError("The data folder can't be made:", [
      { field: 'CLICKTHREAD_DATA', message: `${folder}: ${(cause as Error).message}` },
    ]);
  }
}

/** A secret that lives in a file only the owner can read; made when it is missing. */
function keptOrMade(file: string): { value: string; made: boolean } {
  if (existsSync(file)) return { value: readFileSync(file, 'utf8').trim(), made: false };
  const value = randomBytes(32).toString('base64url');
  writeFileSync(file, `${value}\n`, { mode: 0o600, flag: 'wx' });
  return { value, made: true };
}

/** The SQLite file of a data folder. */
export const databaseFile = (data: string): string => join(data, 'clickthread.db');
