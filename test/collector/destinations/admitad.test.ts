import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import admitad from '../../../collector/destinations/admitad.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { type NetworkWorld, openNetworkWorld } from '../../harness/network-world.ts';
import { partsOf } from '../../../collector/kit/destination.ts';
import { replayAt } from '../store/rows.ts';
import { testContract } from './contract.ts';
import { answer, CLICK, connect, rawSettings, reportOf } from './seed-report.ts';

testContract(admitad, { settings: rawSettings['admitad']! });

const { definition, settings } = connect('admitad');
const query = (url: string) => Object.fromEntries(new URL(url).searchParams);

const positions = (report = reportOf(), own = settings) =>
  partsOf(definition, report, own).map((part) => definition.conversion!(part, own).url);

test('a sale is a postback a line, at the price of a piece where that says it to the cent', () => {
  const urls = positions(
    reportOf({
      items: [
        { sku: 'A', quantity: 2, price: 6350 },
        { sku: 'B', name: 'Bee', quantity: 1, price: 0 },
      ],
    }),
  );
  expect(urls.map((url) => url.split('?')[0])).toEqual(['https://ad.admitad.com/r', 'https://ad.admitad.com/r']);
  expect(query(urls[1]!)).toMatchObject({ product_id: 'B', position_id: '2', position_count: '2', price: '0.00' });
  expect(query(urls[0]!)).toEqual({
    ...{
      postback: '1',
      campaign_code: 'abcdef1234',
      postback_key: 'ad/post+back=1',
      action_code: '1',
      tariff_code: '1',
    },
    ...{
      payment_type: 'sale',
      uid: CLICK,
      order_id: 'O1234567',
      position_id: '1',
      position_count: '2',
      product_id: 'A',
    },
    ...{ price: '56.00', quantity: '2', currency_code: 'USD', promocode: '15BUCKSOFF' },
  });
  // What no price of a piece says to the cent goes as one.
  expect(positions().map((url) => [query(url)['price'], query(url)['quantity']])).toEqual([
    ['24.69', '1'],
    ['87.31', '1'],
  ]);
  expect(positions(reportOf({ items: [] })).map((url) => query(url))).toMatchObject([
    { price: '112.00', position_count: '1', product_id: 'order' },
  ]);
});

test('each line goes by its tariff', () => {
  const own = connect('admitad', { groups: { 'category=Hardware': '7', 'coupon=VIP': '8' } }).settings;
  expect(positions(reportOf(), own).map((url) => query(url)['tariff_code'])).toEqual(['7', '1']);
  expect(() => connect('admitad', { groups: { 'category=Hardware': 'HW' } })).toThrow('digits only');
});

test('a change is signed over what is sent, and to nothing declines', () => {
  const sign = createHmac('sha1', 'ad/revision+key=1').update('abcdef1234O1234567').digest('hex');
  const changed = query(definition.modification!(reportOf({ total: 9000, discount: 3700 }), settings).url);
  expect(changed).toEqual({
    ...{ campaign_code: 'abcdef1234', order_id: 'O1234567', status: 'pending', amount: '90.00', currency_code: 'USD' },
    ...{ comment: 'changed by the shop', revision_sign: sign },
  });
  for (const { url } of [
    definition.reversal!(reportOf(), settings),
    definition.modification!(reportOf({ total: 0, discount: 12700 }), settings),
  ])
    expect(query(url)).toMatchObject({ status: 'declined', revision_sign: sign });
});

test.each<[string, unknown, string]>([
  ['taken', { success: true, message: 'request is processing.' }, 'unverified'],
  ['a wrong signature', { success: false, errors: ['invalid revision sign'] }, 'held'],
  ['a fault', { success: false, errors: ['order was not found'] }, 'rejected'],
  ['a page', '<html>', 'retry'],
])('of a revision %s is read', (_title, body, state) => {
  expect(definition.outcome!(answer(200, body), reportOf({}, { kind: 'reversal' }), settings)?.state).toBe(state);
});

describe('against its sandbox', () => {
  const folder = temporaryFolders();
  const click = { param: 'admitad_uid', value: 'a1b2c3d4e5f60718293a4b5c6d7e8f90' };
  const open = (more: { settings?: object; vendor?: object } = {}): Promise<NetworkWorld> =>
    openNetworkWorld('admitad', {
      folder: folder(),
      settings: { ...rawSettings['admitad'], ...more.settings },
      vendor: {
        campaignCode: 'abcdef1234',
        postbackKey: 'ad/post+back=1',
        revisionKey: 'ad/revision+key=1',
        ...more.vendor,
      },
    });

  test('an order is told once, revised and declined, and nothing of it is verified', async () => {
    const world = await open();
    await world.buys('H1', click);
    await world.becomes('H1', 'conversion', 'unverified');
    await world.changes('H1', { total: '90.00' });
    await world.becomes('H1', 'modification', 'unverified');
    expect(await world.recorded('orderId', 'H1')).toMatchObject([
      { uid: click.value, amount: '90.00', positions: '2/2', status: 'pending' },
    ]);
    await world.changes('H1', { status: 'refunded' });
    await world.becomes('H1', 'reversal', 'unverified');
    expect(await world.recorded('orderId', 'H1')).toMatchObject([{ status: 'declined', duplicates: 0 }]);
  });

  test('a wrong key is said, and without one a change is a person’s', async () => {
    const world = await open({ vendor: { revisionKey: 'another' } });
    await world.buys('H2', click);
    await world.becomes('H2', 'conversion', 'unverified');
    await world.changes('H2', { status: 'cancelled' });
    expect((await world.becomes('H2', 'reversal', 'held')).reason).toContain('check revisionKey');
    const plain = await open({ settings: { revisionKey: undefined } });
    await plain.buys('H3', click);
    await plain.becomes('H3', 'conversion', 'unverified');
    await plain.changes('H3', { status: 'cancelled' });
    await plain.becomes('H3', 'reversal', 'by_hand');
  });

  test.each([
    [0, '1/2'],
    [1, '2/2'],
  ])(
    'killed after %i of its two lines was written down a person is asked, and the replay tells none of those again',
    async (stored, positions) => {
      const world = await open();
      await world.buys('H4', click);
      await world.diesAfter(stored);
      const books = async () => (await world.recorded('orderId', 'H4'))[0]?.['positions'];
      await world.passUntil(async () => (await books()) === positions, 'the line in the books');
      await world.livesAgain();
      await world.becomes('H4', 'conversion', 'held');
      expect(await world.recorded('orderId', 'H4')).toMatchObject([{ positions, duplicates: 0 }]);
      // Who has looked replays it: what was written down is not told again, the line in doubt is.
      await world.store.replay({ orderId: 'H4' }, replayAt(world.clock.now()));
      await world.becomes('H4', 'conversion', 'unverified');
      expect(await world.recorded('orderId', 'H4')).toMatchObject([
        { positions: '2/2', amount: '112.00', duplicates: 1 },
      ]);
    },
  );

  test('a line whose server fails is told again, those before it are not', async () => {
    const world = await open();
    await world.vendor.script([
      { kind: 'slow', ms: 0 },
      { kind: 'status', status: 503, times: 2 },
    ]);
    await world.buys('H5', click);
    await world.becomes('H5', 'conversion', 'unverified');
    expect(await world.recorded('orderId', 'H5')).toMatchObject([{ positions: '2/2', duplicates: 0 }]);
    const [sale] = await world.deliveries('H5');
    expect(sale!.attemptLog.map(({ outcome }) => outcome)).toEqual(['unverified', 'retry', 'retry', 'unverified']);
  });
});
