/** Reads the environment once, at start: every problem is listed, and a wrong value stops the start. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Problem } from '../wire/problem.ts';
import { type OpenIdSettings, readOpenId } from './environment/open-id.ts';
import { ConfigurationError } from './model/configuration-error.ts';
import { DEFAULT_LIMITS, LIMITS_RULE, readLimits, type RequestLimits } from './lib/limits/request-limits.ts';
import { holdsSealed, opensWith } from './store/sqlite/file/sealed.ts';
import { explainFileFault, wrongKey } from './store/start-error.ts';
import type { DataPlace } from './store/open-data.ts';

export interface Environment {
  port: number;
  host: string;
  /** Folder of the SQLite file and generated keys, absolute. */
  data: string;
  /** The PostgreSQL that holds the data; undefined where it lies in the folder. */
  databaseUrl: string | undefined;
  /** Seals secrets and personal data. */
  key: string;
  adminToken: string;
  /** True when the token was made at this start: it is printed once. */
  adminTokenIsNew: boolean;
  /** Where the token lies; undefined where a variable gives it. */
  adminTokenFile: string | undefined;
  /** Without a trailing slash; undefined until the port is known. */
  publicUrl: string | undefined;
  /** Prefix of the browser routes, without a trailing slash. */
  path: string;
  /** Proxies by address, or how many of them stand in front. */
  trustProxy: string[] | number | 'all' | undefined;
  allowPrivate: boolean;
  limits: RequestLimits;
  /** Sign-in to the dashboard by OpenID Connect, where it is set up. */
  openId: OpenIdSettings | undefined;
  /** Port on loopback for metrics without a token. */
  metricsPort: number | undefined;
  log: string;
}

const DEFAULT_DATA = './data';
const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** `env` is `process.env`. Makes the data folder and the keys that are missing, unless `makes` is false: then nothing is written. */
export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  { makes = true }: { makes?: boolean } = {},
): Environment {
  const problems: Problem[] = [];
  const refuse = (field: string, message: string): void => void problems.push({ field, message });
  const get = (name: string): string | undefined => fromFile(env, name, refuse);

  const port = readPort('PORT', get('PORT') ?? '8787', refuse);
  const metrics = get('CLICKTHREAD_METRICS_PORT');
  const metricsPort = metrics === undefined ? undefined : readPort('CLICKTHREAD_METRICS_PORT', metrics, refuse);
  const limitsText = get('CLICKTHREAD_LIMITS');
  const limits = limitsText === undefined ? DEFAULT_LIMITS : readLimits(limitsText);
  if (!limits) refuse('CLICKTHREAD_LIMITS', LIMITS_RULE);
  const path = get('CLICKTHREAD_PATH') ?? '/t';
  if (!/^(\/[\w.-]+)+$/.test(path))
    refuse('CLICKTHREAD_PATH', 'must start with a slash and not end with one, such as /t');
  else if (/^\/(admin|v1)(\/|$)/i.test(path))
    refuse('CLICKTHREAD_PATH', 'must be another path: /admin is the dashboard, /v1 the server API');
  const publicUrl = get('CLICKTHREAD_PUBLIC_URL')?.replace(/\/+$/, '');
  if (publicUrl !== undefined) {
    if (!(URL.canParse(publicUrl) && /^https?:/.test(publicUrl)))
      refuse('CLICKTHREAD_PUBLIC_URL', 'must be an http(s) address, such as https://t.shop.example');
    // Browsers are told it, and links to the dashboard are made of it.
    else if (/[?#]/.test(publicUrl) || new URL(publicUrl).username !== '' || new URL(publicUrl).password !== '')
      refuse('CLICKTHREAD_PUBLIC_URL', 'must be a plain address, without a name, a password, "?" or "#"');
  }
  const log = get('CLICKTHREAD_LOG') ?? 'info';
  if (!LEVELS.includes(log)) refuse('CLICKTHREAD_LOG', `must be one of ${LEVELS.join(', ')}`);
  const allow = get('CLICKTHREAD_ALLOW_PRIVATE') ?? '0';
  if (!/^(0|1|true|false|)$/.test(allow)) refuse('CLICKTHREAD_ALLOW_PRIVATE', 'must be 1 or 0');
  const openId = readOpenId(
    {
      issuer: get('CLICKTHREAD_OIDC_ISSUER'),
      clientId: get('CLICKTHREAD_OIDC_CLIENT_ID'),
      clientSecret: get('CLICKTHREAD_OIDC_CLIENT_SECRET'),
    },
    { allowPrivate: allow === '1' || allow === 'true', refuse },
  );
  const databaseUrl = get('DATABASE_URL');
  if (databaseUrl !== undefined && !isPostgres(databaseUrl))
    refuse(
      'DATABASE_URL',
      'must be the address of a PostgreSQL, such as postgres://user:password@host:5432/clickthread',
    );
  const key = get('CLICKTHREAD_KEY');
  if (key !== undefined && key.length < 16)
    refuse('CLICKTHREAD_KEY', 'must have at least 16 characters; make one with: openssl rand -base64 32');
  const adminToken = get('CLICKTHREAD_ADMIN_TOKEN');
  // It travels as "Authorization: Bearer TOKEN", where a space would end it.
  if (adminToken !== undefined && !/^[\x21-\x7e]{16,}$/.test(adminToken))
    refuse('CLICKTHREAD_ADMIN_TOKEN', 'must have at least 16 characters, letters, digits and signs without spaces');
  const trustProxy = readProxies(get('CLICKTHREAD_TRUST_PROXY'), refuse);
  const host = get('HOST') ?? '127.0.0.1';
  const data = resolve(get('CLICKTHREAD_DATA') ?? DEFAULT_DATA);
  if (problems.length > 0) throw new ConfigurationError('The environment does not fit:', problems);

  if (makes) makeFolder(data);
  const sealing = key ?? (databaseUrl === undefined ? keptKey(data, makes) : readKey(join(data, 'key'), makes));
  const adminTokenFile = adminToken === undefined ? join(data, 'admin-token') : undefined;
  const admin = adminTokenFile === undefined ? { value: adminToken!, made: false } : keptOrMade(adminTokenFile, makes);
  return {
    port,
    host,
    data,
    databaseUrl,
    key: sealing,
    adminToken: admin.value,
    adminTokenIsNew: admin.made,
    adminTokenFile,
    publicUrl,
    path,
    trustProxy,
    allowPrivate: allow === '1' || allow === 'true',
    limits: limits ?? DEFAULT_LIMITS,
    metricsPort,
    openId,
    log,
  };
}

/** The key that is there, from the variables or the folder; nothing is made. Undefined where there is none. */
export function presentKey(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const named = fromFile(env, 'CLICKTHREAD_KEY', () => undefined);
  const folder = dataFolder(env);
  if (named !== undefined || folder === undefined) return named;
  const file = join(folder, 'key');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

/** The data folder that the variables name, without making it; undefined where the file that names it can't be read. */
export function dataFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  let unreadable = false;
  const named = fromFile(env, 'CLICKTHREAD_DATA', () => (unreadable = true));
  return unreadable ? undefined : resolve(named ?? DEFAULT_DATA);
}

function fromFile(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  refuse: (field: string, message: string) => unknown,
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

function readPort(name: string, text: string, refuse: (field: string, message: string) => void): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) refuse(name, 'must be a whole number from 0 to 65535');
  return port;
}

function isPostgres(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, pathname } = new URL(address);
  return /^postgres(ql)?:$/.test(protocol) && pathname.length > 1;
}

/** Where the data of an installation lies. */
export const placeOfData = ({ data, databaseUrl }: Pick<Environment, 'data' | 'databaseUrl'>): DataPlace => ({
  ...{ file: databaseFile(data), databaseUrl },
});

/** The PostgreSQL that the variables name, without reading the rest; undefined where the data lies in the folder. */
export const namedDatabase = (env: Readonly<Record<string, string | undefined>>): string | undefined =>
  fromFile(env, 'DATABASE_URL', () => undefined);

function readProxies(
  text: string | undefined,
  refuse: (field: string, message: string) => void,
): Environment['trustProxy'] {
  if (text === undefined || text === '0' || text === 'off' || text === 'false') return undefined;
  if (text === 'true' || text === 'all') return 'all';
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  const list = text.split(',').map((entry) => entry.trim());
  if (list.some((entry) => !/^[\da-f.:/]+$|^loopback$|^uniquelocal$|^linklocal$/i.test(entry))) {
    refuse(
      'CLICKTHREAD_TRUST_PROXY',
      'must be off, the number of proxies in front such as 1, a list of addresses and ranges such as 10.0.0.0/8,loopback, or all',
    );
  }
  return list;
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const isFile = existsSync(folder) && !statSync(folder).isDirectory();
    const message = isFile ? 'is a file: name a folder' : (cause as Error).message;
    throw new ConfigurationError("The data folder can't be made:", [
      { field: 'CLICKTHREAD_DATA', message: `${folder} ${isFile ? message : `(${message})`}` },
    ]);
  }
}

/** The key of the folder. Beside data that was sealed with one that is gone, a new one would open nothing and look healthy. */
function keptKey(data: string, makes: boolean): string {
  const file = join(data, 'key');
  const database = databaseFile(data);
  finishRotation(data, database);
  if (!existsSync(file) && holdsSealed(database)) throw wrongKey(database);
  return readKey(file, makes);
}

/** Made where it is missing. Whether it opens what PostgreSQL holds is asked when that is opened. */
function readKey(file: string, makes: boolean): string {
  const { value } = keptOrMade(file, makes);
  if (value.length < 16)
    throw new ConfigurationError('The environment does not fit:', [
      { field: file, message: 'holds no key (16 characters at least): put the old one back, or set CLICKTHREAD_KEY' },
    ]);
  return value;
}

/** A rotation that was killed after its commit has left the key that opens the data beside the one that no longer does. */
function finishRotation(data: string, database: string): void {
  const [present, fresh] = [readIfThere(join(data, 'key')), readIfThere(join(data, 'key.new'))];
  if (fresh === undefined || (present !== undefined && opensWith(database, present))) return;
  if (opensWith(database, fresh)) promoteKey(data, present);
}

/** Puts the new key in the place of the old one. Commands that run beside a rotation do it, too: whoever comes second finds it done. */
export function promoteKey(data: string, old: string | undefined): void {
  if (!existsSync(join(data, 'key.new'))) return;
  if (old !== undefined) writeWhole(join(data, 'key.old'), `${old}\n`);
  try {
    renameSync(join(data, 'key.new'), join(data, 'key'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A secret that lives in a file only the owner can read; made when it is missing, and kept if `makes`. */
function keptOrMade(file: string, makes: boolean): { value: string; made: boolean } {
  try {
    if (existsSync(file)) return { value: readFileSync(file, 'utf8').trim(), made: false };
    const value = randomBytes(32).toString('base64url');
    if (makes) writeWhole(file, `${value}\n`);
    return { value, made: true };
  } catch (error) {
    throw explainFileFault(file, error);
  }
}

/** The whole file or none: half a key would seal what nothing opens. */
function writeWhole(file: string, text: string): void {
  const part = `${file}.${process.pid}.part`;
  try {
    writeFileSync(part, text, { mode: 0o600 });
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** The SQLite file of a data folder. */
export const databaseFile = (data: string): string => join(data, 'clickthread.db');
