import { describe, expect, test } from 'vitest';
import cj from '../../../../collector/destinations/cj/index.ts';
import { partsOf } from '../../../../collector/kit/destination.ts';
import type { Settings } from '../../../../collector/kit/setting.ts';
import type { Order } from '../../../../collector/model/order.ts';
import type { Report } from '../../../../collector/model/report.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { type NetworkWorld, openNetworkWorld } from '../../../harness/network-world.ts';
import { testContract } from '../contract.ts';
import { answer, CLICK, connect, rawSettings, reportOf, seedOrder } from '../seed-report.ts';

testContract(cj, { settings: rawSettings['cj']! });

const { definition, settings } = connect('cj');

function sent(kind: Report['kind'], order: Partial<Order> = {}, more: Record<string, unknown> = {}) {
  const own = connect('cj', more).settings;
  const { url, body } = definition[kind]!(reportOf(order, { kind, at: Date.parse('2024-08-09T10:00:00Z') }), own);
  const { query, variables } = JSON.parse(body!) as { query: string; variables: { orders: object[] } };
  return { url, mutation: /\{ (\w+)\(/.exec(query)?.[1], order: variables.orders[0]! };
}

const key = { enterpriseId: '1500000', orderId: 'O1234567', actionTrackerId: 400000 };
const whole = {
  ...{ cjEvent: CLICK, currency: 'USD', coupon: '15BUCKSOFF' },
  items: [
    { sku: '1ABC2345', unitPrice: '24.69', quantity: 1 },
    { sku: '9ZXY7654', unitPrice: '87.31', quantity: 1 },
  ],
};

test('an order is created at its own time, its items adding up to what it is worth', () => {
  expect(sent('conversion')).toEqual({
    ...{ url: 'https://tracking.api.cj.com/graphql', mutation: 'createOrders' },
    order: { ...key, eventTime: '2024-08-02T07:55:24.000Z', ...whole },
  });
});

test.each<[string, Partial<Order>, Record<string, unknown>, object]>([
  ['the order alone, where the tracker wants it', {}, { amounts: 'order' }, { amount: '112.00' }],
  ['the order alone, where it names no items', { items: [] }, {}, { amount: '112.00' }],
  [
    'a word for a new customer, if configured',
    { isNewCustomer: true },
    { customerStatusNew: 'New' },
    { verticalParameters: { customerStatus: 'New' } },
  ],
])('it says %s', (_title, order, more, expected) => {
  expect(sent('conversion', order, more).order).toMatchObject(expected);
});

test('more than a hundred items keep their sum', () => {
  const items = Array.from({ length: 150 }, (_, index) => ({ sku: `s${index}`, quantity: 1, price: 100 }));
  const { order } = sent('conversion', { items, total: 15000, discount: 0 });
  const lines = (order as { items: { unitPrice: string; quantity: number }[] }).items;
  expect(lines).toHaveLength(100);
  expect(lines.reduce((sum, { unitPrice, quantity }) => sum + Number(unitPrice) * quantity, 0)).toBe(150);
});

test('a loser that is told names the channel that won, or CJ would pay', () => {
  const { body } = definition.conversion!(reportOf({}, { credited: false, channel: 'awin' }), settings);
  expect(body).toContain('"bypassChannel":{"name":"awin","timestamp":"2024-08-02T07:55:24.000Z"}');
});

test('a change restates the whole order, to nothing cancels it, and locking adds a status', () => {
  expect(sent('modification')).toEqual({
    ...{ url: 'https://tracking.api.cj.com/graphql', mutation: 'restateOrders' },
    order: { ...key, updateTime: '2024-08-09T10:00:00.000Z', ...whole, correctionReason: 'Other' },
  });
  const cancelled = { ...key, updateTime: '2024-08-09T10:00:00.000Z', correctionReason: 'ReturnedMerchandise' };
  expect(sent('modification', { total: 0, discount: 12700 })).toMatchObject({
    mutation: 'cancelOrders',
    order: cancelled,
  });
  expect(sent('reversal', { status: 'refunded' }).order).toEqual(cancelled);
  expect(sent('reversal', { status: 'cancelled' }).order).toMatchObject({ correctionReason: 'Other' });
  expect(sent('reversal', {}, { openEndedLocking: true }).order).toMatchObject({ status: 'Declined' });
});

describe('an order of two action trackers', () => {
  const own = connect('cj', { groups: { 'category=Hardware': '400001', 'coupon=VIP': '400002' } }).settings;
  const [hardware, garden] = seedOrder.items;
  const said = (kind: Report['kind'], order: Partial<Order> = {}, before = seedOrder) =>
    partsOf(definition, reportOf(order, { kind, before }), own).map((part) => {
      const { query, variables } = JSON.parse(definition[kind]!(part, own).body!) as {
        query: string;
        variables: { orders: { actionTrackerId: number; items?: { unitPrice: string; quantity: number }[] }[] };
      };
      const { actionTrackerId, items = [] } = variables.orders[0]!;
      const sum = items.reduce(
        (all, { unitPrice, quantity }) => all + Math.round(Number(unitPrice) * 100) * quantity,
        0,
      );
      return [/\{ (\w+)Orders/.exec(query)?.[1], actionTrackerId, sum];
    });

  const withoutHardware = { total: 8731, discount: 1169, items: [garden!] };
  interface Case {
    is: string;
    kind: Report['kind'];
    order?: Partial<Order>;
    before?: Partial<Order>;
    said: [string, number, number][];
  }
  test.each<Case>([
    {
      ...{ is: 'created as two', kind: 'conversion' },
      said: [
        ['create', 400001, 2469],
        ['create', 400000, 8731],
      ],
    },
    {
      ...{ is: 'restated as two', kind: 'modification', order: { total: 9000 } },
      said: [
        ['restate', 400001, 1984],
        ['restate', 400000, 7016],
      ],
    },
    {
      ...{ is: 'cancelled where a tracker’s lines are gone', kind: 'modification', order: withoutHardware },
      said: [
        ['cancel', 400001, 0],
        ['restate', 400000, 8731],
      ],
    },
    {
      ...{ is: 'created where a tracker’s lines are new', kind: 'modification', before: withoutHardware },
      said: [
        ['restate', 400000, 8731],
        ['create', 400001, 2469],
      ],
    },
    {
      ...{ is: 'one, where one remains that was one', kind: 'modification' },
      order: { total: 1000, discount: 0, items: [{ ...hardware!, quantity: 1, price: 1000 }] },
      before: { total: 2800, discount: 0, items: [hardware!] },
      said: [['restate', 400001, 1000]],
    },
    {
      ...{ is: 'cancelled as two', kind: 'reversal', order: { status: 'cancelled' } },
      said: [
        ['cancel', 400001, 0],
        ['cancel', 400000, 0],
      ],
    },
    {
      ...{ is: 'cancelled where it still stood', kind: 'reversal', order: { status: 'refunded' } },
      ...{ before: withoutHardware, said: [['cancel', 400000, 0]] },
    },
  ])('is $is', ({ kind, order, before, said: expected }) => {
    expect(said(kind, order, { ...seedOrder, ...before })).toEqual(expected);
  });

  test('takes ids of trackers alone', () => {
    expect(() => connect('cj', { groups: { 'coupon=VIP': 'vip' } })).toThrow('digits only');
  });
});

test('in test mode all goes to the address that posts nothing', () => {
  for (const kind of ['conversion', 'modification', 'reversal'] as const)
    expect(sent(kind, {}, { testMode: true }).url).toBe('https://tracking.api.cj.com/graphqltest');
});

const received = { data: { createOrders: { orders: [{ submissionId: 's', orderId: 'O1234567' }], errors: null } } };
const wrong = (message: string) => ({ data: null, errors: [{ message, fields: [] }] });

test.each<[string, number, unknown, object | undefined]>([
  ['received', 200, received, { state: 'unverified' }],
  ['a missing token', 200, wrong('Missing Token'), { state: 'held' }],
  ['an enterprise of somebody else', 200, wrong('Unauthorized'), { state: 'held' }],
  ['a fault of the order', 200, wrong('Validation error of type WrongType: items'), { state: 'rejected' }],
  [
    'a fault beside data',
    200,
    { data: { createOrders: { orders: null, errors: [{ message: 'too many' }] } } },
    { state: 'rejected' },
  ],
  ['a syntax that names a token', 200, wrong('Invalid Syntax: unexpected token'), { state: 'rejected' }],
  ['a token at the door', 401, wrong('Authentication failed'), { state: 'held' }],
  ['a wish to slow down in words', 429, wrong('Too many requests'), undefined],
  ['a time that has not come yet', 200, wrong('eventTime must not be in the future'), { state: 'retry', alone: true }],
  ['a page', 200, '<html>', { state: 'retry', ambiguous: true }],
  ['too much at once', 504, '', undefined],
])('%s is read', (_title, status, body, expected) => {
  const outcome = definition.outcome!(answer(status, body), reportOf(), settings);
  if (expected === undefined) expect(outcome).toBeUndefined();
  else expect(outcome).toMatchObject(expected);
});

test('without a token no order is told as a test, and none as somebody else’s', () => {
  expect(() => connect('cj', { token: undefined, testMode: true })).toThrow('needs the token');
  const informs = definition.informs as (settings: Settings) => boolean;
  expect([informs(connect('cj', { token: undefined }).settings), informs(settings)]).toEqual([false, true]);
});

test('without a token the older call goes, and nothing can be asked', () => {
  const older = connect('cj', { token: undefined }).settings;
  const { url } = definition.conversion!(reportOf(), older);
  expect(url.split('?')[0]).toBe('https://www.emjcd.com/u');
  expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
    ...{ CID: '1500000', TYPE: '400000', METHOD: 'S2S', CJEVENT: CLICK, OID: 'O1234567', CURRENCY: 'USD' },
    ...{ ITEM1: '1ABC2345', AMT1: '24.69', QTY1: '1', EVENTTIME: '2024-08-02T07:55:24.000Z' },
  });
  expect(definition.outcome!(answer(200, 'GIF89a'), reportOf(), older)).toMatchObject({ state: 'unverified' });
  expect(definition.byHand!('reversal', older)).toContain('Tracking API');
});

describe('against its sandbox', () => {
  const folder = temporaryFolders();
  const click = { param: 'CJEVENT', value: 'a1b2c3d4e5f60718293a4b5c6d7e8f90' };
  const vendor = { enterpriseId: '1500000', actionTrackerId: '400000', token: 'cj/secret+token=1' };
  const open = (more: { settings?: object; vendor?: object } = {}): Promise<NetworkWorld> =>
    openNetworkWorld('cj', {
      folder: folder(),
      settings: { ...rawSettings['cj'], ...more.settings },
      vendor: { ...vendor, ...more.vendor },
    });
  const book = async (world: NetworkWorld, orderId: string) => (await world.recorded('orderId', orderId))[0];

  test.each([true, false])(
    'an order is received once, restated and cancelled (open-ended locking: %s)',
    async (locking) => {
      const own = { openEndedLocking: locking };
      const world = await open({ settings: own, vendor: own });
      await world.buys('C1', click);
      await world.becomes('C1', 'conversion', 'unverified');
      expect(await book(world, 'C1')).toMatchObject({
        cjEvent: click.value,
        amount: 11200,
        state: 'new',
        duplicates: 0,
      });
      await world.changes('C1', { total: '90.00' });
      await world.becomes('C1', 'modification', 'unverified');
      expect(await book(world, 'C1')).toMatchObject({
        amount: 9000,
        state: 'restated',
        fields: { coupon: '15BUCKSOFF' },
      });
      await world.changes('C1', { status: 'refunded' });
      await world.becomes('C1', 'reversal', 'unverified');
      expect(await book(world, 'C1')).toMatchObject({ amount: 0, state: 'cancelled' });
      expect((await world.vendor.state()).counts).toMatchObject({ lost: 0, refused: 0 });
    },
  );

  test('a basket of two trackers is told, restated and cancelled at both, a killed request apart', async () => {
    const groups = { 'category=Hardware': '400001' };
    const world = await open({ settings: { groups }, vendor: { actionTrackerId: '' } });
    await world.buys('C6', click);
    await world.diesAfter(1);
    const both = async () => (await world.recorded('orderId', 'C6')).length === 2;
    await world.passUntil(both, 'both trackers in the books');
    await world.livesAgain();
    await world.becomes('C6', 'conversion', 'unverified');
    await world.changes('C6', { total: '90.00' });
    await world.becomes('C6', 'modification', 'unverified');
    const books = async () =>
      (await world.recorded('orderId', 'C6')).map((one) => [one['actionTrackerId'], one['amount'], one['duplicates']]);
    // The first was written down before the kill, and is not told again.
    expect(await books()).toEqual([
      ['400001', 1984, 0],
      ['400000', 7016, 1],
    ]);
    await world.changes('C6', { status: 'cancelled' });
    await world.becomes('C6', 'reversal', 'unverified');
    expect((await books()).map(([, amount]) => amount)).toEqual([0, 0]);
    expect((await world.vendor.state()).counts).toMatchObject({ lost: 0, refused: 0 });
  });

  test('a wrong token holds the connection, an unreadable click is rejected', async () => {
    const world = await open({ vendor: { token: 'another' } });
    await world.buys('C2', click);
    expect((await world.becomes('C2', 'conversion', 'held')).reason).toContain('Invalid Token');
    const other = await open();
    await other.buys('C3', { param: 'cjevent', value: 'not-alphanumeric' });
    expect((await other.becomes('C3', 'conversion', 'rejected')).reason).toContain('cjEvent');
  });

  test('by the older call an order is told, and a change is a person’s', async () => {
    const world = await open({ settings: { token: undefined } });
    await world.buys('C4', click);
    expect((await world.becomes('C4', 'conversion', 'unverified')).reason).toBe('told; CJ gives no answer');
    expect(await book(world, 'C4')).toMatchObject({ amount: 11200 });
    await world.changes('C4', { status: 'cancelled' });
    await world.becomes('C4', 'reversal', 'by_hand');
  });

  test('killed between call and settlement it is told again, and counted once', async () => {
    const world = await open();
    await world.buys('C5', click);
    await world.diesAfter(0);
    await world.passUntil(async () => (await book(world, 'C5')) !== undefined, 'the order in the books');
    await world.livesAgain();
    await world.becomes('C5', 'conversion', 'unverified');
    expect(await world.recorded('orderId', 'C5')).toMatchObject([{ duplicates: 1, amount: 11200 }]);
  });
});
