/** A start serves whole, or ends with a word and a code: each cause is tried on the real process. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openTemporaryFolder } from '../harness/folder.ts';
import { startCommand, type Started } from '../harness/serve-process.ts';
import { until } from '../harness/until.ts';

const ADMIN = 'an-invented-admin-token';
const YAML = `
sites:
  - id: shop
    domains: [shop.example]
    currency: USD
    consent: granted
    connections:
      - { id: impact, type: impact, settings: { accountSid: IRx, authToken: sealed-secret, campaignId: "1", actionTrackerId: "2" } }
`;

/** Data with something sealed in it, made once; each test gets a copy. */
let sample: string;

const run = (args: string[], data: string, more: Record<string, string> = {}, how = {}): Started => {
  const started = startCommand(
    args,
    { CLICKTHREAD_DATA: data, CLICKTHREAD_ADMIN_TOKEN: ADMIN, CLICKTHREAD_ALLOW_PRIVATE: '1', ...more },
    how,
  );
  onTestFinished(() => started.kill());
  return started;
};

const freshFolder = (parent = tmpdir()): string => {
  const folder = fs.mkdtempSync(join(parent, 'clickthread-start-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const copyOfSample = (parent?: string): string => {
  const folder = freshFolder(parent);
  fs.cpSync(sample, folder, { recursive: true });
  return folder;
};

/**
 * Nothing is closed to the superuser. He starts it without that power where he can lay it down, and else as another user, who must be
 * able to reach the folder, this one and the program.
 */
function asOrdinaryUser(): { uid?: number; shell?: string } {
  if (process.getuid?.() !== 0) return {};
  const without = ['--bounding-set', '-dac_override,-dac_read_search'];
  const canLayDown = spawnSync('setpriv', [...without, 'true']).status === 0;
  return canLayDown ? { shell: `exec setpriv ${without.join(' ')} "$@"` } : { uid: 65534 };
}

const databaseOf = (folder: string): string => join(folder, 'clickthread.db');

beforeAll(async () => {
  sample = fs.mkdtempSync(join(tmpdir(), 'clickthread-start-'));
  fs.writeFileSync(join(sample, 'sites.yaml'), YAML);
  const applied = startCommand(['apply', join(sample, 'sites.yaml')], {
    ...{ CLICKTHREAD_DATA: sample, CLICKTHREAD_ADMIN_TOKEN: ADMIN, CLICKTHREAD_ALLOW_PRIVATE: '1' },
  });
  expect(await applied.ended(), applied.err()).toBe(0);
});
afterAll(() => fs.rmSync(sample, { recursive: true, force: true }));

/** Starts it, waits for its end, and expects a word and no stack. */
async function refusal(data: string, more: Record<string, string> = {}, how = {}): Promise<string> {
  const started = run(['serve'], data, more, how);
  expect(await started.ended(), started.out() + started.err()).toBe(1);
  expect(started.out()).not.toContain('listens on');
  expect(started.err()).not.toMatch(/^ {4}at |\[object Object\]|cannot rollback/m);
  return started.err();
}

describe('the address', () => {
  test('a port that is taken ends the start of serve; the demo takes the next free one, and says so', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const words = `Port ${port} of 127.0.0.1 is taken (by another collector?). Stop it, or start with PORT=${port + 1}.`;
    expect(await refusal(copyOfSample(), { PORT: String(port) })).toContain(words);
    const demo = run(['demo', '--port', String(port)], freshFolder());
    const taken = await until(() => /collector http:\/\/127\.0\.0\.1:(\d+)/.exec(demo.out())?.[1], {
      what: `the demo to say where it is (${demo.err()})`,
      timeout: 30_000,
    });
    expect(Number(taken)).toBeGreaterThan(port);
    demo.child.kill('SIGTERM');
    expect(await demo.ended()).toBe(0);
  });

  test.each(['nohost.invalid', '203.0.113.77'])(
    'HOST=%s, which is none of this machine, ends the start',
    async (HOST) => {
      expect(await refusal(copyOfSample(), { HOST })).toContain(
        `${HOST} is no address of this machine. Set HOST (or --host) to one`,
      );
    },
  );

  test('a taken port for metrics ends it, too', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    expect(await refusal(copyOfSample(), { CLICKTHREAD_METRICS_PORT: String(port) })).toContain(`Port ${port} of`);
  });
});

describe('the key', () => {
  const wrong = (data: string): string =>
    `${databaseOf(data)} was sealed with another key. Put the old file "key" back beside it, or set CLICKTHREAD_KEY. Nothing was changed.`;

  test('gone: no new one is made beside sealed data, by no command', async () => {
    const data = copyOfSample();
    fs.rmSync(join(data, 'key'));
    expect(await refusal(data)).toContain(wrong(data));
    const list = run(['deliveries'], data);
    expect(await list.ended()).toBe(1);
    expect(list.err()).toContain(wrong(data));
    expect(fs.existsSync(join(data, 'key'))).toBe(false);
  });

  test('another one: neither serves nor seals anything with it', async () => {
    const data = copyOfSample();
    const before = fs.readFileSync(databaseOf(data));
    expect(await refusal(data, { CLICKTHREAD_KEY: 'quite another key of 16+' })).toContain(wrong(data));
    expect(fs.readFileSync(databaseOf(data)).equals(before)).toBe(true);
  });

  test('another one for a folder that has nothing sealed but its check', async () => {
    const data = freshFolder();
    const file = join(data, 'sites.yaml');
    fs.writeFileSync(file, 'sites: [{ id: shop, domains: [shop.example] }]');
    const first = run(['apply', file], data);
    expect(await first.ended(), first.err()).toBe(0);
    expect(await refusal(data, { CLICKTHREAD_KEY: 'quite another key of 16+' })).toContain(wrong(data));
  });

  test('an empty or half key file is no key', async () => {
    const data = copyOfSample();
    fs.writeFileSync(join(data, 'key'), 'half');
    expect(await refusal(data)).toContain('holds no key');
  });
});

describe('the file', () => {
  const spoil: [string, (file: string) => void, RegExp][] = [
    ['no database', (file) => fs.writeFileSync(file, 'x'.repeat(8192)), /is damaged .*clickthread restore FILE/],
    [
      'nothing at all',
      (file) => fs.truncateSync(file),
      /is empty \(0 bytes\).*clickthread restore FILE --force.*delete it/,
    ],
    ['half of it', (file) => fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2)), /is damaged/],
    [
      'garbage in its middle',
      (file) => {
        const bytes = fs.readFileSync(file);
        bytes.fill(0xab, 4096, bytes.length - 4096);
        fs.writeFileSync(file, bytes);
      },
      /is damaged/,
    ],
    [
      'of a newer version',
      (file) => {
        const db = new Database(file);
        db.prepare("INSERT INTO migration VALUES (99999, 'from the future', 1)").run();
        db.close();
      },
      /written by a newer Clickthread/,
    ],
  ];
  test.each(spoil)('%s', async (_what, damage, words) => {
    const data = copyOfSample();
    const file = databaseOf(data);
    damage(file);
    const before = fs.readFileSync(file);
    expect(await refusal(data)).toMatch(words);
    expect(fs.readFileSync(file).equals(before), 'nothing was changed').toBe(true);
    const command = run(['deliveries'], data);
    expect(await command.ended()).toBe(1);
    expect(command.err()).not.toMatch(/^ {4}at |object Object/m);
  });

  test('in a folder that this user may not write', async () => {
    const how = asOrdinaryUser();
    const data = copyOfSample(how.uid === undefined ? undefined : openTemporaryFolder());
    for (const name of fs.readdirSync(data)) fs.chmodSync(join(data, name), 0o444);
    fs.chmodSync(data, 0o555);
    const words = await refusal(data, {}, how);
    fs.chmodSync(data, 0o755);
    expect(words).toMatch(/can't be written \(.*Give its folder to the user that runs the collector/);
  });

  test('on a disk that is full', async () => {
    const data = copyOfSample();
    const kilobytes = Math.ceil(fs.statSync(databaseOf(data)).size / 1024);
    // No file may grow beyond this: what a full disk says, on a disk that isn't.
    const full = { shell: `trap '' XFSZ; ulimit -f ${kilobytes > 8 ? 8 : 1}` };
    expect(await refusal(data, {}, full)).toMatch(/No room is left|can't be read or written/);
    const empty = freshFolder();
    expect(await refusal(empty, {}, { shell: "trap '' XFSZ; ulimit -f 0" })).toMatch(
      /No room is left|can't be (read or )?written/,
    );
    expect(fs.existsSync(join(empty, 'key')), 'half a key').toBe(false);
  });
});

describe('two on one folder', () => {
  test('the second waits, says so, and ends with a code of its own', async () => {
    const data = copyOfSample();
    const first = run(['serve'], data);
    await first.listens();
    const second = run(['serve', '--take-over', '1'], data);
    expect(await second.ended()).toBe(75);
    expect(second.err()).toContain('waiting up to 1 s for it to end');
    expect(second.err()).toContain('did not end within 1 s');
    expect(second.out()).not.toContain('listens');
    // Commands go on beside it.
    const list = run(['deliveries'], data);
    expect(await list.ended(), list.err()).toBe(0);
  });

  test('it takes over as soon as the first ends, killed or not', async () => {
    const data = copyOfSample();
    let running = run(['serve'], data);
    await running.listens();
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const next = run(['serve', '--take-over', '30'], data);
      await until(() => next.err().includes('waiting up to 30 s'), { what: 'the second to wait', timeout: 20_000 });
      running.child.kill(signal);
      await next.listens();
      running = next;
    }
  });
});

test('everything that is written is for its owner alone, whatever the umask and the folder', async () => {
  const data = freshFolder();
  fs.chmodSync(data, 0o755);
  fs.writeFileSync(join(data, 'sites.yaml'), YAML);
  const lax = { shell: 'umask 022' };
  const serving = run(['serve'], data, {}, lax);
  const url = await serving.listens();
  for (const args of [
    ['apply', join(data, 'sites.yaml')],
    ['backup', join(data, 'copy.db')],
    ['export', 'orders', '--out', join(data, 'orders.csv')],
  ]) {
    const command = run(args, data, {}, lax);
    expect([args[0], await command.ended(), command.err()]).toEqual([args[0], 0, '']);
  }
  const touch = JSON.stringify({ visitor: 'visitor-0001', touches: [{ param: 'irclickid', value: 'abc' }] });
  expect((await fetch(`${url}/t/shop/touch`, { method: 'POST', body: touch })).status).toBeLessThan(300);
  const open = fs
    .readdirSync(data)
    .filter((name) => name !== 'sites.yaml' && (fs.statSync(join(data, name)).mode & 0o077) !== 0);
  expect(open).toEqual([]);
  expect(fs.readdirSync(data)).toEqual(expect.arrayContaining(['clickthread.db', 'clickthread.db-wal', 'copy.db']));
  fs.chmodSync(databaseOf(data), 0o644);
  const doctor = run(['doctor', '--no-test'], data);
  await doctor.ended();
  expect(doctor.out()).toContain(`chmod 600 ${databaseOf(data)}`);
});
