import type { Prompts } from '../../../../collector/cli/terminal/prompts.ts';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { databaseFile } from '../../../../collector/environment.ts';
import { placeOldData } from '../../../harness/old-data.ts';
import { configured, conversion, install, NOON, type Installation } from './setup.ts';

async function withOrder(more: object = {}): Promise<Installation> {
  const installation = await configured();
  const { store, door } = installation.open();
  await door.receive([{ route: 'conversion', site: 'shop', body: conversion(more) }]);
  await store.close();
  return installation;
}

test('orders, touches and deliveries are written as CSV, without e-mail, customer id or visitor id', async () => {
  const { run } = await withOrder();
  const [header, row, ...rest] = (await run(['export', 'orders'])).out.split('\r\n');
  expect(header).toMatch(/^site,orderId,status,total,currency,/);
  expect(row).toMatch(
    /^shop,O1234567,approved,112\.00,USD,,15\.00,,,15BUCKSOFF,2 x 1ABC2345; 3 x 9ZXY7654,5,,2026-11-22T11:00:00\.000Z,/,
  );
  expect(row).toMatch(
    /,impact,irclickid,QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0,2026-11-21T12:00:00\.000Z,last-touch,1,$/,
  );
  expect(rest).toEqual(['']);
  const all: { out: string }[] = [];
  for (const what of ['orders', 'touches', 'deliveries']) all.push(await run(['export', what, '--format', 'jsonl']));
  const text = all.map(({ out }) => out).join('');
  expect(text).not.toMatch(/jane|BCZ2WVSH|visitor-0001/);
  expect(JSON.parse(all[1]!.out)).toMatchObject({
    site: 'shop',
    param: 'irclickid',
    kind: 'partner',
    visitor: expect.stringMatching(/^[\da-f]{32}$/),
  });
  expect(JSON.parse(all[2]!.out)).toMatchObject({
    connection: 'impact',
    kind: 'conversion',
    state: 'due',
    total: '112.00',
    credited: true,
  });
});

test('a cell that a spreadsheet would run is written as text', async () => {
  const { run } = await withOrder({ orderId: '=HYPERLINK("https://evil.example")', coupons: ['+A1', '@x'] });
  const { out } = await run(['export', 'orders']);
  expect(out).toContain(`shop,"'=HYPERLINK(""https://evil.example"")",approved`);
  expect(out).toContain(",'+A1 @x,");
});

test('an export of many pages has each row once, and times bound it', async () => {
  const { run, open } = await configured();
  const { store, door } = open();
  const orders = Array.from({ length: 1203 }, (_, n) => ({
    route: 'conversion' as const,
    site: 'shop',
    body: conversion({ orderId: `N${n}` }),
  }));
  await door.receive(orders);
  await store.close();
  const lines = (await run(['export', 'orders', '--format', 'jsonl'])).out.trim().split('\n');
  expect(new Set(lines.map((line) => (JSON.parse(line) as { orderId: string }).orderId)).size).toBe(1203);
  expect(lines).toHaveLength(1203);
  expect((await run(['export', 'orders', '--until', '2026-11-22T11:59:00Z', '--format', 'jsonl'])).out).toBe('');
  expect((await run(['export', 'orders', '--since', 'yesterday'])).error).toMatch(/--since must be a time/);
}, 30_000);

test('an export goes into a new file only', async () => {
  const { run, folder } = await withOrder();
  const file = join(folder, 'orders.csv');
  expect((await run(['export', 'orders', '--out', file])).out).toBe(`Written: ${file}, 1 order\n`);
  expect((await run(['export', 'orders', '--out', file])).error).toBe(
    `${file} exists already: name another file or move it away.`,
  );
  expect((await run(['export', 'orders', '--out', join(folder, 'no', 'orders.csv')])).error).toMatch(
    /^There is no folder .*no: make it, or name another file\.$/,
  );
  expect((await run(['export', 'sales'])).error).toMatch(/Allowed choices are orders, touches, deliveries/);
});

test('a backup taken while somebody writes can be restored, and only when nobody serves', async () => {
  const installation = await withOrder();
  const { run, folder } = installation;
  const serving = installation.open();
  const copy = join(folder, 'copy.db');
  expect((await run(['backup', copy])).out).toMatch(
    /^Written: .*copy\.db \(\d+ kB\)\nThe key that seals it is not inside/,
  );
  expect((await run(['backup', copy])).error).toMatch(/exists already/);
  await serving.door.receive([{ route: 'conversion', site: 'shop', body: conversion({ orderId: 'LATER' }) }]);
  expect((await run(['restore', copy, '--force'])).error).toMatch(/is in use: stop the collector/);
  await serving.store.close();
  expect((await run(['restore', copy])).error).toMatch(/exists already: repeat with --force/);
  expect((await run(['restore', copy, '--force'])).out).toBe(
    `Restored: ${databaseFile(folder)} with 1 order.\nWhat was there before: ${databaseFile(folder)}.before-restore\n`,
  );
  const { store } = installation.open();
  expect(await store.order('shop', 'LATER')).toBeUndefined();
  expect(await store.order('shop', 'O1234567')).toMatchObject({ order: { total: 11200 } });
  expect(existsSync(`${databaseFile(folder)}.restoring`)).toBe(false);
});

test.each<[string, (folder: string) => string, RegExp]>([
  ['no name', () => '', /^Name the file that the copy is written to\.$/],
  ['a folder that is not there', (folder) => join(folder, 'no', 'copy.db'), /^There is no folder .*no: make it, or/],
  [
    'a file in place of a folder',
    (folder) => join(folder, 'key', 'copy.db'),
    /key is a file: name a file in a folder\.$/,
  ],
  ['a name that is taken', (folder) => join(folder, 'key'), /key exists already: name another file or move it away\.$/],
])('a backup to %s is refused with what to do, and leaves nothing behind', async (_what, nameIn, words) => {
  const { folder, finish } = await configured();
  writeFileSync(join(folder, 'key'), 'of somebody');
  // Whoever only reads leaves the index of the log, which the next command takes away.
  const names = (): string[] => readdirSync(folder).filter((name) => !/-(shm|wal)$/.test(name));
  const before = names();
  const { complaint, code } = await finish(['backup', nameIn(folder)]);
  expect([complaint.trim(), code]).toEqual([expect.stringMatching(words), 1]);
  expect(names()).toEqual(before);
});

test('two backups to one name at once: one is written whole, the other says that it is there', async () => {
  const { folder, finish } = await configured();
  const ended = await Promise.all([1, 2].map(() => finish(['backup', join(folder, 'copy.db')])));
  expect(ended.map(({ code }) => code).toSorted()).toEqual([0, 1]);
  expect(ended.map(({ complaint }) => complaint).join('')).toContain('copy.db exists already');
  expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
});

test.each([
  ['migrate', '--dry-run'],
  ['backup', 'copy.db'],
  ['orders', '--since', '1d'],
  ['doctor', '--no-test'],
])('%s %s names the data file that is damaged, and what to do', async (...args) => {
  const { folder, finish } = await configured();
  writeFileSync(databaseFile(folder), 'this is no database, however long it may be '.repeat(100));
  const { out, complaint } = await finish(args);
  expect(out + complaint).toMatch(
    /clickthread\.db is damaged \(.*\)\. Put a backup in its place with "clickthread restore/,
  );
});

test('a restore refuses what is no backup, what is damaged and what another key has sealed, and leaves everything as it was', async () => {
  const { run, folder } = await withOrder();
  const copy = join(folder, 'copy.db');
  await run(['backup', copy]);
  const fresh = install();
  const target = databaseFile(fresh.folder);
  expect((await fresh.run(['restore', join(folder, 'none.db')])).error).toMatch(/does not exist/);
  writeFileSync(join(folder, 'text.db'), 'this is a letter and no database, long enough to be read as one');
  expect((await fresh.run(['restore', join(folder, 'text.db')])).error).toMatch(/can't be read as a database/);
  const damaged = readFileSync(copy);
  damaged.fill(0x5a, 8192, damaged.length - 4096);
  writeFileSync(join(folder, 'damaged.db'), damaged);
  expect((await fresh.run(['restore', join(folder, 'damaged.db')])).error).toMatch(/damaged|can't be read/);
  const other = await fresh.run(['restore', copy], { env: { CLICKTHREAD_KEY: 'another key of an installation' } });
  expect(other.error).toMatch(/was sealed with another key: set CLICKTHREAD_KEY/);
  expect(existsSync(target)).toBe(false);
  expect((await fresh.run(['restore', copy])).error).toBeUndefined();
  expect(statSync(target).size).toBeGreaterThan(0);
});

test('after a restore the doctor finds nothing to mend, also where a copy was put in place by hand', async () => {
  const { run, folder, open } = await withOrder();
  const copy = join(folder, 'copy.db');
  await run(['backup', copy]);
  expect((await run(['restore', copy, '--force'])).error).toBeUndefined();
  const failed = async (): Promise<string[]> =>
    (await run(['doctor', '--no-test'])).out
      .split('\n')
      .filter((line) => line.startsWith('FAIL') && !line.startsWith('FAIL  tag'));
  expect(await failed()).toEqual([]);
  expect((await run(['doctor', '--no-test'])).out).toContain('durability: Write-ahead log');
  for (const suffix of ['-wal', '-shm']) rmSync(`${databaseFile(folder)}${suffix}`, { force: true });
  copyFileSync(copy, databaseFile(folder));
  expect((await run(['doctor', '--no-test'])).out).toContain(
    'ok    durability: The file has no write-ahead log yet (journal_mode=delete): the next start turns it on.',
  );
  await open().store.close();
  expect((await run(['doctor', '--no-test'])).out).toContain('durability: Write-ahead log');
});

test('a restore makes no key beside sealed data: it asks for the one that opens it', async () => {
  const { run, folder } = await withOrder();
  const copy = join(folder, 'copy.db');
  await run(['backup', copy]);
  const bare = install();
  const env = { CLICKTHREAD_KEY: '' };
  const refused = await bare.run(['restore', copy], { env });
  expect(refused.error).toMatch(/is sealed, and here is no key yet: set CLICKTHREAD_KEY .* or put its "key" file/);
  expect(readdirSync(bare.folder)).toEqual([]);
  writeFileSync(join(bare.folder, 'key'), 'a key of the test installation\n');
  expect((await bare.run(['restore', copy], { env })).error).toBeUndefined();
  expect((await bare.run(['explain', 'O1234567'], { env })).out).toContain('O1234567');
});

test('migrations are named before and applied by the command, once', async () => {
  const { run, json, folder } = install();
  const { migrations } = await json<{ migrations: string[] }>('migrate', '--dry-run');
  expect(migrations).toContain('start');
  expect(existsSync(databaseFile(folder))).toBe(false);
  expect((await run(['migrate'])).out).toMatch(/^Applied: 0001-start/);
  expect((await run(['migrate'])).out).toBe('Nothing to do: the data is of this version.\n');
  expect((await run(['migrate', '--dry-run'])).out).toBe('Nothing to do: the data is of this version.\n');
});

test('a rehearsed migration of the data of 0.1.0 says what becomes different for whom, and changes nothing', async () => {
  const { run, json, folder } = install();
  placeOldData(folder);
  const before = readFileSync(databaseFile(folder));
  const { out } = await run(['migrate', '--dry-run']);
  expect(out).toMatch(/^Would apply: 0005-digits, 0010-words, /);
  expect(out).toMatch(/^ {2}0010-words: Ties between customers and browsers .* are dropped/m);
  expect(out).toMatch(/^ {2}0016-handover: Links that an older tag decorated hand nothing over/m);
  expect(out).toMatch(/^ {2}0078-read-again: Orders that wait/m);
  expect(readFileSync(databaseFile(folder)).equals(before)).toBe(true);
  const done = await json<{ migrations: string[]; changes: { migration: string }[] }>('migrate');
  expect(done.migrations).toEqual(expect.arrayContaining(done.changes.map(({ migration }) => migration)));
  expect((await run(['migrate'])).out).toMatch(/^Nothing to do/);
});

test('a person is erased by e-mail, and the command says what went', async () => {
  const { run, json, open } = await withOrder();
  expect(await json('erase', '--email', 'Jane@Example.com')).toMatchObject([
    { site: 'shop', orders: 1, deliveries: 1, touches: 1, identities: 0 },
  ]);
  const { store } = open();
  expect(await store.order('shop', 'O1234567')).toMatchObject({ personal: null, emailHash: null });
  expect((await run(['erase'])).error).toMatch(/one of --email, --phone, --customer and --visitor/);
  expect((await run(['erase', '--email', ' '])).error).toMatch(/Name the person/);
  expect((await run(['erase', '--email', 'a@b.example', '--visitor', 'x'])).error).toMatch(/Name the person/);
});

test('a rehearsed erasure says in words what would go, by kind, and changes nothing', async () => {
  const { run, json, open } = await withOrder();
  const { store } = open();
  const before = await store.order('shop', 'O1234567');
  const { out } = await run(['erase', '--email', 'jane@example.com', '--dry-run']);
  expect(out).toBe(
    [
      'Would be erased:',
      'Site shop:',
      '  1 order: without its customer and browser; amount and status stay',
      '  1 report on its way: stopped',
      '  1 landing of their browsers',
      'Nothing was changed.',
      '',
    ].join('\n'),
  );
  expect(await json('erase', '--email', 'jane@example.com', '--dry-run')).toMatchObject([{ orders: 1, stopped: 1 }]);
  expect(await store.order('shop', 'O1234567')).toEqual(before);
  expect((await store.auditLog({ limit: 50 })).map(({ action }) => action)).not.toContain('erase by email');
  expect((await run(['erase', '--email', 'nobody@example.com', '--dry-run'])).out).toMatch(/^Nothing here names/);
});

test('on a terminal an erasure says what would go and asks; without a yes nothing goes, with --yes it asks nothing', async () => {
  const { run, open } = await withOrder();
  const asked: string[] = [];
  const prompts = (yes: boolean) =>
    ({ confirm: async ({ message }: { message: string }) => asked.push(message) > 0 && yes }) as unknown as Prompts;
  const erase = ['erase', '--email', 'jane@example.com'];
  const { store } = open();
  expect((await run(erase, { prompts: prompts(false) })).error).toBe('Nothing was changed.');
  expect(asked).toEqual([expect.stringMatching(/^Would be erased:[^]*1 order: [^]*Go on\?$/)]);
  expect((await store.order('shop', 'O1234567'))?.personal).not.toBeNull();
  expect((await run(erase, { prompts: prompts(true) })).out).toMatch(/^Erased:/);
  expect((await store.order('shop', 'O1234567'))?.personal).toBeNull();
  expect(asked).toHaveLength(2);
  expect((await run([...erase, '--yes'], { prompts: prompts(false) })).out).toMatch(/^Nothing here named/);
  expect(asked).toHaveLength(2);
});

test('an erasure names the copies that an upgrade left beside the data', async () => {
  const { run, folder } = install({ CLICKTHREAD_KEY: 'an invented key of a test' });
  placeOldData(folder);
  await run(['migrate']);
  const { out } = await run(['erase', '--email', 'ann@mail.example', '--yes']);
  expect(out).toContain(`delete them: ${join(folder, 'clickthread.db.before-5')}\n`);
});

test('explain tells that the visitor withdrew consent later, and how', async () => {
  const { run, json, open } = await withOrder();
  expect(await json('explain', 'O1234567')).toMatchObject({ withdrawals: [] });
  const { door } = open(NOON + 60_000);
  const consent = { marketing: false, source: 'manual', at: NOON + 59_000 };
  await door.receive([
    { route: 'touch', site: 'shop', body: JSON.stringify({ visitor: 'visitor-0001', touches: [], consent }) },
  ]);
  expect(await json('explain', 'O1234567')).toMatchObject({
    withdrawals: [
      {
        ...{ at: '2026-11-22T12:01:00.000Z', saidAt: '2026-11-22T12:00:59.000Z' },
        ...{ source: 'manual', gpc: false, tcString: null },
      },
    ],
  });
  expect((await run(['explain', 'O1234567'])).out).toContain(
    '2026-11-22T12:01:00.000Z  the visitor withdrew consent (manual)',
  );
});

test('explain says that an order waits for its visitor’s answer, and for what it was stopped', async () => {
  const { run, json, open } = await configured();
  const { door } = open();
  const report = (orderId: string, consent: object, gpc: boolean) =>
    door.receive([
      { route: 'conversion', site: 'shop', body: conversion({ orderId, consent, visitor: orderId }), gpc },
    ]);
  await report('WAITING-1', { marketing: 'unknown' }, false);
  await report('SIGNAL-01', { marketing: 'granted', source: 'site' }, true);
  for (const [orderId, gate, reason] of [
    ['WAITING-1', 'waiting', 'consent: unknown (waits for its visitor’s answer about consent)'],
    [
      'SIGNAL-01',
      'gpc',
      'consent: denied (the browser sends Global Privacy Control, and the visitor has not said yes)',
    ],
  ] as const) {
    expect(await json('explain', orderId), orderId).toMatchObject({ gate });
    expect((await run(['explain', orderId])).out).toContain(reason.replace('’', "'"));
  }
});

test('explain shows what other rules would have decided, and changes nothing', async () => {
  const paid = { param: 'gclid', value: 'g-1', at: NOON - 3_600_000 };
  const own = { param: 'irclickid', value: 'QiiWXOV', at: NOON - 86_400_000 };
  const { run, json, folder, open } = await withOrder({ touches: [own, paid] });
  const before = await open().store.order('shop', 'O1234567');
  const rules = join(folder, 'rules.yaml');
  writeFileSync(rules, 'attribution: { precedence: [paid, partner] }\n');
  expect(await json('explain', 'O1234567', '--rules', rules)).toMatchObject({
    changes: true,
    stored: { winner: { connection: 'impact', value: 'QiiWXOV' } },
    told: [],
    suppressed: [{ connection: 'impact', reason: expect.stringContaining('a paid touch') }],
  });
  expect((await run(['explain', 'O1234567', '--rules', rules])).out).toMatch(
    /^These rules would decide otherwise\. Nothing was changed or sent\.\n\nAs decided: credited to impact/,
  );
  writeFileSync(rules, 'attribution: {}\nconnections: { impact: { window: 3h } }\n');
  expect((await run(['explain', 'O1234567', '--rules', rules])).out).toMatch(
    /irclickid=QiiWXOV {2}out: older than the window of 3 hours/,
  );
  writeFileSync(rules, 'atribution: {}\nconnections: { impact: { window: soon } }\n');
  const { error } = await run(['explain', 'O1234567', '--rules', rules]);
  expect(error).toMatch(/atribution: is not a setting/);
  expect(error).toMatch(/connections\.impact\.window: must be a duration/);
  expect(await open().store.order('shop', 'O1234567')).toEqual(before);
});

test('a file for Google Tag Manager with an address that no shopper reaches is made with a word', async () => {
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => told.mockRestore());
  const { run } = await configured();
  expect((await run(['gtm', 'template'])).out).toMatch(/^___TERMS_OF_SERVICE___/);
  expect(told.mock.calls.map(([text]) => String(text)).join('')).toMatch(
    /set CLICKTHREAD_PUBLIC_URL and make it again/,
  );
});

test('the files of Google Tag Manager are written for the site and its public address', async () => {
  const { run, folder } = await configured({ CLICKTHREAD_PUBLIC_URL: 'https://t.shop.example' });
  const container = JSON.parse((await run(['gtm', 'container', '--site', 'shop'])).out) as {
    containerVersion: { tag: object[] };
  };
  expect(JSON.stringify(container)).toContain('https://t.shop.example/t');
  expect(container.containerVersion.tag).toHaveLength(2);
  const file = join(folder, 'template.tpl');
  expect((await run(['gtm', 'template', '--out', file])).out).toBe(`Written: ${file}\n`);
  expect(readFileSync(file, 'utf8')).toMatch(/^___TERMS_OF_SERVICE___/);
  expect((await run(['gtm', 'template', '--collector', 'http://t.shop.example/t'])).error).toMatch(
    /needs the https address/,
  );
});
