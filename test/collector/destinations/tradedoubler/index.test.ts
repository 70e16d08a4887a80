import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import tradedoubler from '../../../../collector/destinations/tradedoubler/index.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { type NetworkWorld, openNetworkWorld } from '../../../harness/network-world.ts';
import { testSeal } from '../../../harness/sites.ts';
import { testContract } from '../contract.ts';
import { answer, CLICK, connect, form, rawSettings, reportOf } from '../seed-report.ts';

testContract(tradedoubler, {
  settings: rawSettings['tradedoubler']!,
  reference: 'report',
  facts: { transaction: '991' },
});

const { definition, settings } = connect('tradedoubler');
const facts = { transaction: '991' };

test('a sale is a signed address, its lines last and encoded once more', () => {
  const { method, url } = definition.conversion!(reportOf(), settings);
  expect([method, url.split('?')[0]]).toEqual(['GET', 'https://tbs.tradedoubler.com/report']);
  const sum = createHash('md5').update('td/check+sum=1O1234567112.00').digest('hex');
  expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
    ...{ organization: '2000000', event: '400000', orderNumber: 'O1234567', orderValue: '112.00', currency: 'USD' },
    ...{ tduid: CLICK, voucher: '15BUCKSOFF', event_time: '2024-08-02 07:55:24', checksum: `v04${sum}` },
    reportInfo: 'f1=1ABC2345&f2=Product%20Name%201&f3=24.69&f4=1|f1=9ZXY7654&f2=Product%20Name%202&f3=87.31&f4=1',
  });
  expect(url).toMatch(/&reportInfo=[^&]*$/);
});

test.each([
  ['JPY', 500, '500.00'],
  ['KWD', 1005, '1.01'],
])('an amount of %s has two decimals, in the checksum, too', (currency, total, expected) => {
  const { url } = definition.conversion!(reportOf({ currency, total, items: [], discount: 0 }), settings);
  const query = new URL(url).searchParams;
  expect(query.get('orderValue')).toBe(expected);
  const sum = createHash('md5').update(`td/check+sum=1O1234567${expected}`).digest('hex');
  expect(query.get('checksum')).toBe(`v04${sum}`);
});

test('a change goes to the transaction that was found by the order’s number, with a token', () => {
  const ask = definition.prepare!.request(reportOf({}, { kind: 'modification' }), settings)!;
  expect(ask.token).toBe(true);
  expect(ask.url).toBe(
    'https://connect.tradedoubler.com/advertiser/report/transactions?fromDate=20240801&toDate=20240804&reportCurrencyCode=USD&orderOrLeadNumber=O1234567&limit=20',
  );
  const told = (request: { body?: string }) => (JSON.parse(request.body!) as { items: object[] }).items;
  const changed = definition.modification!(reportOf({ total: 9000, discount: 3700 }, { facts }), settings);
  expect([changed.method, changed.url, changed.token]).toEqual([
    ...['PUT', 'https://connect.tradedoubler.com/advertiser/pendingSales', true],
  ]);
  expect(told(changed)).toEqual([{ transactionId: '991', action: 'update', amount: 90, currencyCode: 'USD' }]);
  expect(told(definition.reversal!(reportOf({ status: 'refunded' }, { facts }), settings))).toEqual([
    { transactionId: '991', action: 'deny', reason: 10 },
  ]);
  expect(told(definition.reversal!(reportOf({ status: 'cancelled' }, { facts }), settings))).toMatchObject([
    { reason: 14 },
  ]);
});

test('a lead has its own host and number, no value, and a checksum over 1', () => {
  const lead = connect('tradedoubler', { event: 'lead' }).settings;
  const url = new URL(definition.conversion!(reportOf(), lead).url);
  expect(url.origin + url.pathname).toBe('https://tbl.tradedoubler.com/report');
  const sum = createHash('md5').update('td/check+sum=1O12345671').digest('hex');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    ...{ organization: '2000000', event: '400000', leadNumber: 'O1234567', tduid: CLICK, voucher: '15BUCKSOFF' },
    ...{ event_time: '2024-08-02 07:55:24', checksum: `v04${sum}` },
  });
});

test('a token is asked for by password first, and by its refresh token then', () => {
  const first = definition.token!.request(settings);
  expect(first.url).toBe('https://connect.tradedoubler.com/uaa/oauth/token');
  expect(first.headers!['Authorization']).toBe(
    `Basic ${Buffer.from('client-1:td/client+secret=1').toString('base64')}`,
  );
  expect(form(first.body)).toEqual({ grant_type: 'password', username: 'shop', password: 'td/pass+word=1' });
  expect(form(definition.token!.request(settings, 'r/1').body)).toEqual({
    grant_type: 'refresh_token',
    refresh_token: 'r/1',
  });
  const given = { access_token: 'a', refresh_token: 'r', expires_in: 899 };
  expect(definition.token!.read(answer(200, given))).toEqual({ access: 'a', refresh: 'r', lasts: 899_000 });
  expect(definition.token!.read(answer(200, {}))).toBeUndefined();
});

test.each<[string, unknown, object]>([
  ['done', { items: [{ status: 0 }] }, { state: 'delivered' }],
  [
    'not pending, which may mean denied',
    { items: [{ status: -1, error: { code: 9996, message: 'Order is not in pending status' } }] },
    { state: 'delivered', reference: 'report' },
  ],
  [
    'unknown',
    { items: [{ status: -1, error: { code: 9995, message: 'Order not found' } }] },
    { state: 'rejected', reason: expect.stringContaining('9995') },
  ],
  ['a page', '<html>', { state: 'retry', ambiguous: true }],
])('an answer that says %s', (_title, body, expected) => {
  expect(definition.outcome!(answer(200, body), reportOf({}, { kind: 'reversal' }), settings)).toMatchObject(expected);
});

test('all four credentials or none, and a time zone that is one', () => {
  expect(() => connect('tradedoubler', { password: undefined })).toThrow('is needed beside clientId');
  expect(() => connect('tradedoubler', { timezone: 'Mars/Base' })).toThrow('IANA time zone');
});

describe('against its sandbox', () => {
  const folder = temporaryFolders();
  const click = { param: 'tduid', value: 'a1b2c3d4e5f60718293a4b5c6d7e8f90' };
  const { clientId, clientSecret, username, password, checksumSecret, organizationId } = rawSettings['tradedoubler']!;
  const vendor = { clientId, clientSecret, username, password, checksumSecret, organizationId };
  const open = (more: { settings?: object; vendor?: object } = {}): Promise<NetworkWorld> =>
    openNetworkWorld('tradedoubler', {
      folder: folder(),
      settings: { ...rawSettings['tradedoubler'], ...more.settings },
      vendor: { ...vendor, ...more.vendor },
    });
  const sale = async (world: NetworkWorld, orderId: string) => (await world.recorded('orderNumber', orderId))[0];
  const counts = async (world: NetworkWorld) => (await world.vendor.state()).counts;

  test('a sale is told once, found there, changed and denied, with one token for all', async () => {
    const world = await open();
    await world.buys('W1', click);
    expect((await world.becomes('W1', 'conversion', 'confirmed')).reason).toBe('Tradedoubler has it: pending');
    await world.changes('W1', { total: '90.00' });
    const { facts: found, attemptLog } = await world.becomes('W1', 'modification', 'delivered');
    expect(found).toEqual({ transaction: '91' });
    expect(JSON.stringify(attemptLog)).not.toMatch(/Bearer [\w-]/);
    expect(await sale(world, 'W1')).toMatchObject({ orderValue: '90.00', status: 'P', duplicates: 0 });
    await world.changes('W1', { status: 'refunded' });
    await world.becomes('W1', 'reversal', 'delivered');
    expect(await sale(world, 'W1')).toMatchObject({ status: 'D', reason: 10, tduid: click.value });
    expect(await counts(world)).toMatchObject({ refused: 0, tokens: 1 });
  });

  test('a token that ended is refreshed once for all that wait, and one that is not taken is renewed once', async () => {
    const world = await open({ vendor: { tokenSeconds: 60 } });
    for (const id of ['W2', 'W3', 'W4']) await world.buys(id, click);
    for (const id of ['W2', 'W3', 'W4']) await world.becomes(id, 'conversion', 'confirmed');
    const before = await counts(world);
    world.clock.pass(120_000);
    await world.vendor.script([{ kind: 'status', status: 401, method: 'PUT' }]);
    await world.changes('W2', { status: 'refunded' });
    await world.becomes('W2', 'reversal', 'delivered');
    const after = await counts(world);
    expect(after['tokens']).toBe(before['tokens']);
    expect(after['refreshed']! - before['refreshed']!).toBeGreaterThanOrEqual(2);
    expect(await world.store.breakers()).toEqual([]);
    // Kept sealed: a restart begins with it.
    const sealed = await world.store.connectionToken('shop', 'net');
    expect(JSON.parse(testSeal.open(sealed!))).toMatchObject({
      access: expect.any(String),
      refresh: expect.any(String),
    });
    expect(sealed!.toString('latin1')).not.toContain('access');
  });

  test('credentials that give no token hold the connection, in words', async () => {
    const world = await open();
    await world.buys('W5', click);
    await world.becomes('W5', 'conversion', 'confirmed');
    await world.vendor.settings({ clientSecret: 'another' });
    world.clock.pass(1_000_000);
    await world.changes('W5', { status: 'refunded' });
    expect((await world.becomes('W5', 'reversal', 'held')).reason).toContain('gives no token for these credentials');
  });

  test('a checksum of another secret is never seen there; an accepted sale stays', async () => {
    const world = await open({ settings: { checksumSecret: 'td/other+secret=1' } });
    await world.buys('W6', click);
    await world.becomes('W6', 'conversion', 'unverified');
    expect(await sale(world, 'W6')).toBeUndefined();
    const other = await open({ vendor: { accepted: ['W7'] } });
    await other.buys('W7', click);
    await other.becomes('W7', 'conversion', 'confirmed');
    await other.changes('W7', { status: 'refunded' });
    expect((await other.becomes('W7', 'reversal', 'declined')).reason).toContain('not in pending status');
    await other.buys('W9', click);
    await other.becomes('W9', 'conversion', 'confirmed');
    await other.changes('W9', { total: '90.00' });
    await other.becomes('W9', 'modification', 'delivered');
  });

  test('a denial whose answer got lost is told again, and that it is denied already is what was to be', async () => {
    const world = await open();
    await world.buys('W10', click);
    await world.becomes('W10', 'conversion', 'confirmed');
    await world.vendor.script([{ kind: 'reset-after', method: 'PUT' }]);
    await world.changes('W10', { status: 'cancelled' });
    expect((await world.becomes('W10', 'reversal', 'confirmed')).reason).toBe('denied at Tradedoubler');
    expect(await counts(world)).toMatchObject({ changes: 1 });
  });

  test('a lead is told by its number, without a value, and denied', async () => {
    const world = await open({ settings: { event: 'lead' } });
    await world.buys('L1', click);
    await world.becomes('L1', 'conversion', 'confirmed');
    expect(await sale(world, 'L1')).toMatchObject({ orderValue: '1', currency: '', duplicates: 0 });
    await world.changes('L1', { total: '90.00' });
    await world.becomes('L1', 'modification', 'by_hand');
    await world.changes('L1', { status: 'cancelled' });
    await world.becomes('L1', 'reversal', 'delivered');
    expect(await sale(world, 'L1')).toMatchObject({ status: 'D', reason: 14 });
  });

  test('killed between call and settlement a person is asked, and nothing is told twice', async () => {
    const world = await open();
    await world.buys('W8', click);
    await world.diesAfter(0);
    await world.passUntil(async () => (await sale(world, 'W8')) !== undefined, 'the sale in the books');
    await world.livesAgain();
    await world.becomes('W8', 'conversion', 'held');
    expect(await sale(world, 'W8')).toMatchObject({ duplicates: 0 });
  });
});
