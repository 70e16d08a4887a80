import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigurationError, readEnvironment } from '../../collector/environment.ts';
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
    publicUrl: undefined,
    path: '/t',
    trustProxy: undefined,
    allowPrivate: false,
    log: 'info',
  });
});

test('keys are generated once, kept, and readable by their owner alone', () => {
  const data = join(folder(), 'made', 'on', 'the', 'way');
  const first = readEnvironment({ CLICKTHREAD_DATA: data });
  const second = readEnvironment({ CLICKTHREAD_DATA: data });
  expect(second.key).toBe(first.key);
  expect([second.adminToken, second.adminTokenIsNew]).toEqual([first.adminToken, false]);
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

describe('proxies', () => {
  test.each<[string | undefined, string[] | 'all' | undefined]>([
    [undefined, undefined],
    ['off', undefined],
    ['0', undefined],
    ['all', 'all'],
    ['1', 'all'],
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
      'CLICKTHREAD_LOG',
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
