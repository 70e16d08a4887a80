import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type KeepAlertsDeps, runAlertRound } from '../../../collector/alerts/keep-alerts.ts';
import { applyConfiguration } from '../../../collector/configuration/apply.ts';
import { cachedChannels } from '../../../collector/configuration/alerts/channels.ts';
import { cachedSites } from '../../../collector/configuration/sites.ts';
import { days, hours, minutes, seconds } from '../../../collector/lib/duration.ts';
import { DEFAULT_LIMITS } from '../../../collector/lib/limits/request-limits.ts';
import { verifyMessage } from '../../../collector/lib/standard-webhook.ts';
import { createSender } from '../../../collector/outbound/send.ts';
import { openSqliteStore } from '../../../collector/store/sqlite/store.ts';
import type { Stores } from '../../../collector/store/store.ts';
import { manualClock } from '../../harness/clock.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { startMailServer, type MailServerUnderTest } from '../../harness/mail-server.ts';
import { shopYaml, testSeal } from '../../harness/sites.ts';
import { delivery, freshId, storedOrder, write } from '../store/rows.ts';
import { migratedFile } from '../../harness/migrated-file.ts';

const folder = temporaryFolders();
const clock = manualClock();
const SECRET = 'whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ=';

let store: Stores;
let mail: MailServerUnderTest;
let free: number | undefined;
let deps: KeepAlertsDeps;
let warned: string[];
let close: () => Promise<void>;

beforeEach(async () => {
  clock.set(Date.parse('2026-11-20T12:00:00Z'));
  store = openSqliteStore({ file: migratedFile(join(folder(), 'clickthread.db')), clock: clock.now, seal: testSeal });
  mail = await startMailServer();
  free = 5000;
  warned = [];
  const sender = createSender({ allowPrivate: true, clock: clock.now });
  close = () => sender.close();
  deps = {
    ...{ read: store, write: store, send: sender.send, limits: DEFAULT_LIMITS, random: () => 0, clock: clock.now },
    sites: cachedSites({ store, seal: testSeal }),
    channels: cachedChannels({ store, seal: testSeal }),
    freeMegabytes: () => free,
    log: {
      warn: (_fields, message) => void warned.push(message),
      error: (_fields, message) => void warned.push(message),
    },
  };
});
afterEach(async () => {
  await Promise.all([store.close(), mail.close(), close()]);
});

const apply = (alerts: string): Promise<unknown> =>
  applyConfiguration({
    ...{
      text: `${shopYaml(undefined, 'timezone: Europe/Bucharest')}alerts:\n${alerts}`,
      env: () => 'a-secret-of-a-test',
      store,
    },
    ...{ seal: testSeal, now: clock.now(), actor: 'test', allowPrivate: true },
  });
const email = (more = ''): string =>
  `  - { id: ops, type: email, ${more}settings: { host: 127.0.0.1, port: ${mail.port}, tls: none, from: "Shop <ct@shop.example>", to: [ops@shop.example, boss@shop.example] } }\n`;
const hold = (): Promise<void> =>
  store.setBreaker({
    ...{ site: 'shop', connection: 'impact', kind: 'held', reason: '401 jane@example.com', openedAt: clock.now() },
    ...{ probeAt: clock.now(), failures: 1 },
  });
const subjects = (): (string | undefined)[] => mail.received.map(({ headers }) => headers.subject);
const rounds = async (count: number, each = seconds(30)): Promise<void> => {
  for (let n = 0; n < count; n += 1) {
    await runAlertRound(deps);
    clock.pass(each);
  }
};

test('a held connection is told once, and again when it sends: to every address, without a word of the vendor', async () => {
  await apply(email());
  await rounds(2);
  expect(mail.received).toEqual([]);
  await hold();
  await rounds(20);
  expect(mail.received).toHaveLength(1);
  const [first] = mail.received;
  expect(first).toMatchObject({ from: 'ct@shop.example', to: ['ops@shop.example', 'boss@shop.example'] });
  expect(first?.headers.subject).toMatch(/^\[Clickthread\] impact of shop is held/);
  expect(first?.headers['auto-submitted']).toBe('auto-generated');
  expect(first?.body).toContain('clickthread replay --connection impact');
  expect(JSON.stringify(mail.received)).not.toContain('jane@example.com');
  await store.clearBreaker('shop', 'impact', clock.now(), 0);
  await rounds(6);
  expect(subjects()).toHaveLength(2);
  expect(subjects()[1]).toBe('[Clickthread] All right again: impact of shop is sending again.');
  await rounds(10);
  expect(mail.received).toHaveLength(2);
});

test('what comes and goes is calmed: it is over only when it has been away for longer each time', async () => {
  await apply(email());
  for (let n = 0; n < 6; n += 1) {
    await hold();
    await rounds(2);
    await store.clearBreaker('shop', 'impact', clock.now(), 0);
    await rounds(3);
  }
  // Told, over after a minute, told again; then two minutes of calm never come.
  expect(mail.received.map(({ headers }) => headers.subject?.includes('All right'))).toEqual([false, true, false]);
});

test('what happens at once is one message by mail', async () => {
  await apply(email());
  await hold();
  free = 50;
  await rounds(1);
  expect(subjects()).toEqual(['[Clickthread] 2 things need you']);
  expect(mail.received[0]?.body).toContain('disk of the data folder');
});

test('in quiet hours nobody is woken: it is told in the morning, and not at all if it is over by then', async () => {
  await apply(email('quiet: "22:00-07:00", '));
  // 22:30 in Bucharest.
  clock.set(Date.parse('2026-11-20T20:30:00Z'));
  await hold();
  await rounds(4, hours(1));
  expect(mail.received).toEqual([]);
  await store.clearBreaker('shop', 'impact', clock.now(), 0);
  await rounds(2, hours(1));
  free = 50;
  await rounds(1, minutes(1));
  expect(mail.received).toEqual([]);
  clock.set(Date.parse('2026-11-21T05:00:00Z'));
  await rounds(1);
  expect(subjects()).toEqual(['[Clickthread] The disk of the data folder has less than 1024 MB left']);
});

test('a mail server that refuses is asked again, further and further apart, and the doctor hears of it', async () => {
  await apply(email());
  mail.refuse('451 jane@example.com is not known here');
  await hold();
  await rounds(40, minutes(1));
  expect(mail.received).toEqual([]);
  const [waiting] = await store.troubledAlertMessages(0);
  expect(waiting).toMatchObject({
    state: 'waiting',
    reason: expect.stringContaining('(451 to DATA)') as string,
  });
  expect(waiting?.attempts).toBeGreaterThan(5);
  expect(waiting?.attempts).toBeLessThan(40);
  expect(JSON.stringify([waiting, warned])).not.toContain('jane');
  mail.refuse(undefined);
  await rounds(20, minutes(1));
  expect(mail.received).toHaveLength(1);
  expect(await store.troubledAlertMessages(0)).toEqual([]);
});

test('after three days of failures a message is given up', async () => {
  await apply(email());
  mail.refuse('451 later');
  await hold();
  await rounds(80, hours(1));
  expect(await store.dueAlertMessages(clock.now() + days(1), 10)).toEqual([]);
  expect((await store.troubledAlertMessages(0))[0]?.state).toBe('failed');
});

test.each([
  ['a site', 'sites: [shop], ', ['held']],
  ['kinds', 'about: [disk], ', ['disk']],
  ['nothing in particular', '', ['held', 'disk']],
  ['nobody, switched off', 'enabled: false, ', []],
])('a channel that is for %s hears of it alone', async (_what, more, kinds) => {
  await apply(email(more));
  await hold();
  free = 50;
  await rounds(2);
  const text = JSON.stringify(mail.received);
  expect([text.includes('is held') ? 'held' : '', text.includes('data folder') ? 'disk' : ''].filter(Boolean)).toEqual(
    kinds,
  );
});

test('each kind is found: refused reports and orders, contested ones, silence, a clock that leapt', async () => {
  await apply(email());
  const now = clock.now();
  const order = storedOrder('O1', {
    receivedAt: now,
    updatedAt: now,
    contest: { since: now, kind: 'hold', between: [], reason: '' },
  });
  await write(store, {
    orders: [order],
    deliveries: [
      delivery({ site: 'shop', connection: 'impact', orderId: 'O1', state: 'rejected', nextAt: null, updatedAt: now }),
    ],
    quarantine: [
      {
        ...{ id: freshId(), site: 'shop', at: now, route: 'conversion', seen: 1, fingerprint: 'f' },
        errors: [],
        body: Buffer.from('x'),
      },
    ],
  });
  await runAlertRound(deps);
  const kinds = async (): Promise<string[]> =>
    (await store.alerts())
      .filter(({ clearedAt }) => clearedAt === null)
      .map(({ kind }) => kind)
      .toSorted();
  expect(await kinds()).toEqual(['contested', 'quarantine', 'rejected']);
  await store.agreeOnTime(clock.now());
  clock.pass(days(3));
  await rounds(3);
  expect(await kinds()).toContain('clock');
});

test('a shop that falls silent is told with what is usual, and that orders come in again', async () => {
  await apply(email('about: [silence], '));
  const start = Date.parse('2026-10-20T12:05:00Z');
  const at = (ms: number, id: string) => {
    clock.set(ms);
    return write(store, { orders: [storedOrder(id, { receivedAt: ms, updatedAt: ms })] });
  };
  for (let hour = 0; hour < 24 * 24; hour += 1) for (const n of [1, 2]) await at(start + hours(hour), `O${hour}-${n}`);
  clock.set(start + hours(24 * 24 + 3));
  await rounds(1);
  expect(mail.received).toEqual([]);
  clock.set(start + hours(24 * 24 + 6));
  await rounds(1);
  expect(subjects()).toEqual(['[Clickthread] shop: no order for 6 h; usually 12 in this time']);
  await at(clock.now(), 'O-new');
  await rounds(6);
  expect(subjects()[1]).toBe('[Clickthread] All right again: shop: orders come in again.');
});

test('a webhook is signed, one condition a message; Slack is told in its own words', async () => {
  const calls: { url: string; headers: Record<string, string>; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      calls.push({ url: request.url ?? '', headers: request.headers as Record<string, string>, body });
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await apply(
    `  - { id: hook, type: webhook, settings: { url: "${base}/hook?team=1", secret: "${SECRET}" } }\n` +
      `  - { id: slack, type: slack, about: [held], settings: { url: "${base}/services/T/B/key" } }\n`,
  );
  await hold();
  free = 50;
  await rounds(1);
  const hooks = calls.filter(({ url }) => url === '/hook?team=1');
  expect(hooks).toHaveLength(2);
  for (const { headers, body } of hooks) {
    const message = {
      id: headers['webhook-id']!,
      timestamp: headers['webhook-timestamp']!,
      signature: headers['webhook-signature']!,
      body,
    };
    expect(verifyMessage(message, SECRET, clock.now())).toEqual({ ok: true });
  }
  expect(hooks.map(({ body }) => JSON.parse(body) as object)).toMatchObject([
    { type: 'alert.raised', data: { kind: 'held', site: 'shop', alert: 'held shop/impact' } },
    { type: 'alert.raised', data: { kind: 'disk', site: null } },
  ]);
  const slack = calls.filter(({ url }) => url === '/services/T/B/key');
  expect(slack).toHaveLength(1);
  expect((JSON.parse(slack[0]!.body) as { text: string }).text).toMatch(/^Clickthread: impact of shop is held/);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('a mail server without encryption is told nothing, unless it is said to have none', async () => {
  await apply(email().replace('tls: none', 'tls: starttls'));
  await hold();
  await rounds(1);
  expect(mail.received).toEqual([]);
  expect(mail.commands).not.toContain('MAIL');
});
