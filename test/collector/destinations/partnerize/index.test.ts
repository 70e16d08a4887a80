import { describe, expect, test } from 'vitest';
import partnerize from '../../../../collector/destinations/partnerize/index.ts';
import type { Order } from '../../../../collector/model/order.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { type NetworkWorld, openNetworkWorld } from '../../../harness/network-world.ts';
import { testContract } from '../contract.ts';
import { answer, CLICK, connect, rawSettings, reportOf } from '../seed-report.ts';

const recorded = [
  { id: 'i1', sku: '1ABC2345' },
  { id: 'i2', sku: '9ZXY7654' },
];
const facts = { items: JSON.stringify(recorded) };

testContract(partnerize, { settings: rawSettings['partnerize']!, reference: 'job1', facts });

const { definition, settings } = connect('partnerize');
const basic = `Basic ${Buffer.from('pz/app+key=1:pz/user+key=1').toString('base64')}`;

test('a sale is segments of an address, each line one of what it came to', () => {
  expect(definition.conversion!(reportOf({ isNewCustomer: true }), settings)).toEqual({
    method: 'GET',
    url:
      `https://prf.hn/conversion/tracking_mode:api/campaign:1011l1234/clickref:${CLICK}/conversionref:O1234567/conversion_time:1722585324` +
      '/currency:USD/customertype:new/voucher:15BUCKSOFF' +
      '/[category:Hardware/sku:1ABC2345/value:24.69/quantity:1][category:Gardening/sku:9ZXY7654/value:87.31/quantity:1]',
  });
});

test('nothing within a value can end it', () => {
  const { url } = definition.conversion!(
    reportOf({ orderId: 'a/b:c[d]', items: [{ sku: 'x/y:[z]', quantity: 1, price: 100 }], total: 100, discount: 0 }),
    settings,
  );
  expect(url).toContain('/conversionref:a%2Fb%3Ac%5Bd%5D/');
  expect(url).toContain('/sku:x%2Fy%3A%5Bz%5D/value:1/quantity:1]');
});

test.each<[string, Partial<Order>, string]>([
  [
    'lines of one SKU as one',
    {
      items: [
        { sku: 'a', quantity: 1, price: 100 },
        { sku: 'a', quantity: 2, price: 50 },
      ],
      total: 200,
      discount: 0,
    },
    '[category:default/sku:a/value:2/quantity:1]',
  ],
  ['an order without items as one', { items: [] }, '[category:default/value:112/quantity:1]'],
  ['an order of nothing', { items: [], total: 0, discount: 0 }, '[category:default/value:0/quantity:1]'],
])('it has %s', (_title, order, expected) => {
  expect(definition.conversion!(reportOf(order), settings).url.endsWith(`/${expected}`)).toBe(true);
});

test('a category by condition takes the place of the shop’s own', () => {
  const rules = { 'category=Hardware': 'tools', 'customer=new': 'first-order' };
  const own = connect('partnerize', { groups: rules }).settings;
  const categories = (order: Partial<Order>) =>
    [...definition.conversion!(reportOf(order), own).url.matchAll(/category:([^/]+)/g)].map(([, name]) => name);
  expect(categories({})).toEqual(['tools', 'Gardening']);
  expect(categories({ isNewCustomer: true })).toEqual(['tools', 'first-order']);
  expect(categories({ isNewCustomer: true, items: [] })).toEqual(['first-order']);
});

test('a change is told item by item, and adds up', () => {
  const ask = definition.prepare!.request(reportOf({}, { kind: 'modification' }), settings)!;
  expect(ask).toEqual({
    method: 'GET',
    url: 'https://api.partnerize.com/reporting/report_advertiser/campaign/1011l1234/conversion.json?start_date=2024-08-02T07%3A53%3A24Z&end_date=2024-08-02T07%3A57%3A24Z&timezone=UTC',
    headers: { Authorization: basic, Accept: 'application/json' },
  });
  const change = (order: Partial<Order>) =>
    JSON.parse(definition.modification!(reportOf(order, { facts }), settings).body!) as object;
  expect(change({ total: 9000, discount: 3700 })).toEqual({
    conversion_items: { i1: { item_value: 19.84 }, i2: { item_value: 70.16 } },
  });
  // One line went back, another came: what came goes onto the one that stands.
  const items = [
    { sku: '9ZXY7654', quantity: 3, price: 3300 },
    { sku: 'NEW', quantity: 1, price: 100 },
  ];
  expect(change({ items, total: 10000, discount: 0 })).toEqual({
    conversion_items: { i1: { status: 'rejected', reason: 'order cancelled or returned' }, i2: { item_value: 100 } },
  });
  expect(change({ items: [{ sku: 'NEW', quantity: 1, price: 100 }], total: 100, discount: 0 })).toEqual({
    conversion_items: { i1: { item_value: 1 }, i2: { status: 'rejected', reason: 'order cancelled or returned' } },
  });
});

test('a reversal, and a change to nothing, reject the reference', () => {
  const rejected = {
    conversion_references: { O1234567: { status: 'rejected', reason: 'order cancelled or returned' } },
  };
  for (const request of [
    definition.reversal!(reportOf({ status: 'refunded' }), settings),
    definition.modification!(reportOf({ total: 0, discount: 12700 }, { facts }), settings),
  ]) {
    expect([request.method, request.url]).toEqual([
      ...['POST', 'https://api.partnerize.com/v3/brand/campaigns/1011l1234/conversions/bulk'],
    ]);
    expect(JSON.parse(request.body!)).toEqual(rejected);
  }
  const odd = reportOf({ orderId: 'Ü1' }, { kind: 'reversal' });
  expect(definition.refuse!(odd, settings)).toContain('by hand');
  expect(definition.refuse!({ ...odd, kind: 'conversion' }, settings)).toBeUndefined();
});

test.each<[string, number, unknown, Record<string, string>, object | undefined]>([
  ['a job', 202, { data: { id: 'j', status: 'created' } }, {}, { state: 'delivered', reference: 'j' }],
  ['no job', 200, {}, {}, { state: 'retry', ambiguous: true }],
  [
    'a refusal',
    400,
    { error: { errors: [{ property: 'reason', message: 'invalid' }] } },
    {},
    { state: 'rejected', reason: expect.stringContaining('reason: invalid') },
  ],
  ['a campaign that is not there', 404, '', {}, { state: 'held' }],
  ['a wish to slow down', 429, '', { 'x-ratelimit-retry-after': '7' }, { state: 'retry', after: 7000 }],
  ['a fault of its own', 503, '', {}, undefined],
])('%s is read', (...[, status, body, headers, expected]) => {
  const outcome = definition.outcome!(answer(status, body, headers), reportOf({}, { kind: 'reversal' }), settings);
  if (expected === undefined) expect(outcome).toBeUndefined();
  else expect(outcome).toMatchObject(expected);
});

test.each<[string, object, string]>([
  ['runs', { status: 'active' }, 'pending'],
  ['is complete', { status: 'complete', item_error_count: 0 }, 'confirmed'],
  ['is complete with errors', { status: 'complete', item_error_count: 1, item_total_count: 1 }, 'declined'],
  ['failed', { status: 'failed' }, 'declined'],
])('a job that %s', (_title, data, state) => {
  const report = reportOf({}, { kind: 'reversal' });
  expect(definition.confirm!.verdict(answer(200, { data }), report).state).toBe(state);
});

test('both keys or none', () => {
  expect(() => connect('partnerize', { userKey: undefined })).toThrow('is needed beside the other key');
});

describe('against its sandbox', () => {
  const folder = temporaryFolders();
  const click = { param: 'clickref', value: '1011lBxYz9' };
  const vendor = { campaignId: '1011l1234', applicationKey: 'pz/app+key=1', userKey: 'pz/user+key=1' };
  const open = (more: { settings?: object; vendor?: object } = {}): Promise<NetworkWorld> =>
    openNetworkWorld('partnerize', {
      folder: folder(),
      settings: { ...rawSettings['partnerize'], ...more.settings },
      vendor: { ...vendor, ...more.vendor },
    });
  const sale = async (world: NetworkWorld, orderId: string) => (await world.recorded('conversionref', orderId))[0];

  test('a sale is told once, found there, changed item by item, and rejected', async () => {
    const world = await open();
    await world.buys('P 1', click);
    expect((await world.becomes('P 1', 'conversion', 'confirmed')).reason).toBe('Partnerize has it: pending');
    await world.changes('P 1', { total: '90.00' });
    await world.becomes('P 1', 'modification', 'confirmed');
    expect(await sale(world, 'P 1')).toMatchObject({
      ...{ clickref: click.value, status: 'pending', duplicates: 0 },
      items: [
        { sku: '1ABC2345', value: 19.84 },
        { sku: '9ZXY7654', value: 70.16 },
      ],
    });
    await world.changes('P 1', { status: 'refunded' });
    await world.becomes('P 1', 'reversal', 'confirmed');
    expect(await sale(world, 'P 1')).toMatchObject({ status: 'rejected' });
  });

  test('what is locked there is declined with the count, and without keys a change is a person’s', async () => {
    const world = await open({ vendor: { locked: ['P2'] } });
    await world.buys('P2', click);
    await world.becomes('P2', 'conversion', 'confirmed');
    await world.changes('P2', { status: 'cancelled' });
    expect((await world.becomes('P2', 'reversal', 'declined')).reason).toContain('could not change 1 of 1');
    const plain = await open({ settings: { applicationKey: undefined, userKey: undefined } });
    await plain.buys('P3', click);
    expect((await plain.becomes('P3', 'conversion', 'unverified')).reason).toBe('told; Partnerize gives no answer');
    await plain.changes('P3', { status: 'cancelled' });
    await plain.becomes('P3', 'reversal', 'by_hand');
  });

  test('killed between call and settlement a person is asked, and nothing is told twice', async () => {
    const world = await open({ vendor: { rejectsDuplicates: false } });
    await world.buys('P4', click);
    await world.diesAfter(0);
    await world.passUntil(async () => (await sale(world, 'P4')) !== undefined, 'the sale in the books');
    await world.livesAgain();
    await world.becomes('P4', 'conversion', 'held');
    expect((await world.vendor.state()).recorded).toHaveLength(1);
  });
});
