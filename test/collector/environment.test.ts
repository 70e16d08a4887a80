import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { promoteKey, readEnvironment } from '../../collector/environment.ts';
import { ConfigurationError } from '../../collector/model/configuration-error.ts';
import { DEFAULT_LIMITS } from '../../collector/lib/limits/request-limits.ts';
import { temporaryFolders } from '../harness/folder.ts';

const folder = temporaryFolders();

test('an empty environment gives the documented defaults', () => {
  const data = folder();
  const environment = readEnvironment({ CLICKTHREAD_DATA: data });
  expect(environment).toEqual({
    port: 8787,
    host: '127.0.0.1',
    data,
    databaseUrl: undefined,
    key: expect.stringMatching(/^[\w-]{43}$/),
    adminToken: expect.stringMatching(/^[\w-]{43}$/),
    adminTokenIsNew: true,
    adminTokenFile: join(data, 'admin-token'),
    publicUrl: undefined,
    path: '/t',
    trustProxy: undefined,
    allowPrivate: false,
    limits: DEFAULT_LIMITS,
    metricsPort: undefined,
    openId: undefined,
    log: 'info',
  });
});

test('who only looks makes no folder and no key', () => {
  const data = join(folder(), 'nothing');
  expect(readEnvironment({ CLICKTHREAD_DATA: data }, { makes: false })).toMatchObject({ data });
  expect(existsSync(data)).toBe(false);
});

test('a new key is put in place once, whoever comes first; the old one stays beside it', () => {
  const data = folder();
  const read = (name: string): string => readFileSync(join(data, name), 'utf8').trim();
  writeFileSync(join(data, 'key'), 'the old key of tests');
  writeFileSync(join(data, 'key.new'), 'the new key of tests');
  for (const _time of [1, 2]) {
    promoteKey(data, 'the old key of tests');
    expect([read('key'), read('key.old')]).toEqual(['the new key of tests', 'the old key of tests']);
  }
});

test.each(['https://me:word@t.shop.example', 'https://me@t.shop.example', 'https://t.shop.example/?a=1', 'ftp://t'])(
  'CLICKTHREAD_PUBLIC_URL=%s is refused: browsers are told it',
  (address) => {
    const made = (): unknown => readEnvironment({ CLICKTHREAD_DATA: folder(), CLICKTHREAD_PUBLIC_URL: address });
    expect(made).toThrow(/CLICKTHREAD_PUBLIC_URL: must be/);
  },
);

test('keys are generated once, kept, and readable by their owner alone', () => {
  const data = join(folder(), 'made', 'on', 'the', 'way');
  const first = readEnvironment({ CLICKTHREAD_DATA: data });
  const second = readEnvironment({ CLICKTHREAD_DATA: data });
  expect(second.key).toBe(first.key);
  expect([second.adminToken, second.adminTokenIsNew]).toEqual([first.adminToken, false]);
  const told = readEnvironment({ CLICKTHREAD_DATA: data, CLICKTHREAD_ADMIN_TOKEN: 'an-admin-token-of-tests' });
  expect([second.adminTokenFile, told.adminTokenFile]).toEqual([join(data, 'admin-token'), undefined]);
  expect(readFileSync(join(data, 'key'), 'utf8').trim()).toBe(first.key);
  expect(['key', 'admin-token'].map((file) => statSync(join(data, file)).mode & 0o777)).toEqual([0o600, 0o600]);
});

test('a value may stand in a file that NAME_FILE names, and that wins', () => {
  const data = folder();
  const file = join(data, 'secret');
  writeFileSync(file, 'a key from a file, long enough\n');
  const environment = readEnvironment({
    CLICKTHREAD_DATA: data,
    CLICKTHREAD_KEY: 'a key from the variable itself',
    CLICKTHREAD_KEY_FILE: file,
  });
  expect(environment.key).toBe('a key from a file, long enough');
});

test('empty variables count as not set', () => {
  const environment = readEnvironment({ CLICKTHREAD_DATA: folder(), PORT: '', CLICKTHREAD_PATH: '', DATABASE_URL: '' });
  expect([environment.port, environment.path]).toEqual([8787, '/t']);
});

test.each(['mysql://user@host/shop', 'postgres://host', 'clickthread.db'])('%s is no database for it', (address) => {
  expect(() => readEnvironment({ CLICKTHREAD_DATA: folder(), DATABASE_URL: address })).toThrow(
    expect.objectContaining({ problems: [expect.objectContaining({ field: 'DATABASE_URL' })] }),
  );
});

test('a PostgreSQL is taken by either of its names, and its key is made in the folder as for a file', () => {
  const data = folder();
  for (const address of ['postgres://user:word@db.example:5432/shop', 'postgresql://db.example/shop']) {
    const environment = readEnvironment({ CLICKTHREAD_DATA: data, DATABASE_URL: address });
    expect(environment.databaseUrl).toBe(address);
    expect(environment.key).toBe(readEnvironment({ CLICKTHREAD_DATA: data }).key);
  }
});

describe('proxies', () => {
  test.each<[string | undefined, string[] | number | 'all' | undefined]>([
    [undefined, undefined],
    ['off', undefined],
    ['0', undefined],
    ['all', 'all'],
    ['1', 1],
    ['2', 2],
    ['true', 'all'],
    ['10.0.0.0/8, loopback', ['10.0.0.0/8', 'loopback']],
    ['::1', ['::1']],
  ])('%j is read as %j', (value, proxies) => {
    expect(readEnvironment({ CLICKTHREAD_DATA: folder(), CLICKTHREAD_TRUST_PROXY: value }).trustProxy).toEqual(proxies);
  });
});

test('everything that is wrong stops the start at once, each with its fix', () => {
  const read = () =>
    readEnvironment({
      CLICKTHREAD_DATA: folder(),
      PORT: '99999',
      CLICKTHREAD_PATH: 't/',
      CLICKTHREAD_PUBLIC_URL: 'ftp://t.shop.example',
      CLICKTHREAD_LOG: 'loud',
      CLICKTHREAD_ALLOW_PRIVATE: 'maybe',
      CLICKTHREAD_KEY: 'short',
      CLICKTHREAD_ADMIN_TOKEN: 'long enough, but with spaces',
      CLICKTHREAD_TRUST_PROXY: 'my proxy',
      CLICKTHREAD_LIMITS: 'address=fast',
      CLICKTHREAD_METRICS_PORT: 'metrics',
      HOST_FILE: '/nowhere/at/all',
    });
  expect(read).toThrow(ConfigurationError);
  try {
    read();
  } catch (error) {
    const { problems, message } = error as ConfigurationError;
    expect(problems.map(({ field }) => field).sort()).toEqual([
      'CLICKTHREAD_ADMIN_TOKEN',
      'CLICKTHREAD_ALLOW_PRIVATE',
      'CLICKTHREAD_KEY',
      'CLICKTHREAD_LIMITS',
      'CLICKTHREAD_LOG',
      'CLICKTHREAD_METRICS_PORT',
      'CLICKTHREAD_PATH',
      'CLICKTHREAD_PUBLIC_URL',
      'CLICKTHREAD_TRUST_PROXY',
      'HOST_FILE',
      'PORT',
    ]);
    for (const { field } of problems) expect(message).toContain(field);
    expect(problems.every(({ message: text }) => /must|names/.test(text))).toBe(true);
  }
});

test.each(['-1', '1.5', 'abc', '65536'])('PORT=%s is refused', (PORT) => {
  expect(() => readEnvironment({ CLICKTHREAD_DATA: folder(), PORT })).toThrow(/PORT: must be a whole number/);
});

test('a data folder that can not be made is named', () => {
  const file = join(folder(), 'file');
  writeFileSync(file, '');
  expect(() => readEnvironment({ CLICKTHREAD_DATA: join(file, 'data') })).toThrow(/CLICKTHREAD_DATA/);
});

test.each(['/admin', '/admin/t', '/v1'])('the browser routes may not lie where something else lives: %s', (path) => {
  expect(() => readEnvironment({ CLICKTHREAD_DATA: folder(), CLICKTHREAD_PATH: path })).toThrow(/CLICKTHREAD_PATH/);
});

test.each<[Record<string, string>, string[]]>([
  [{ ISSUER: 'https://id.example' }, ['CLIENT_ID', 'CLIENT_SECRET']],
  [{ CLIENT_ID: 'a', CLIENT_SECRET: 'b' }, ['ISSUER']],
  [{ ISSUER: 'http://id.example', CLIENT_ID: 'a', CLIENT_SECRET: 'b' }, ['ISSUER']],
  [{ ISSUER: 'id.example', CLIENT_ID: 'a', CLIENT_SECRET: 'b' }, ['ISSUER']],
])('sign-in by OpenID Connect is set up whole and over https, or not at all: %j', (given, wrong) => {
  const variables = Object.entries(given).map(([name, value]) => [`CLICKTHREAD_OIDC_${name}`, value]);
  try {
    readEnvironment({ CLICKTHREAD_DATA: folder(), ...Object.fromEntries(variables) });
    expect.unreachable();
  } catch (error) {
    const fields = (error as ConfigurationError).problems.map(({ field }) => field);
    expect(fields).toEqual(wrong.map((name) => `CLICKTHREAD_OIDC_${name}`));
  }
});
