import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import admitad from '../../../collector/destinations/admitad.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { type NetworkWorld, openNetworkWorld } from '../../harness/network-world.ts';
import { testContract } from './contract.ts';
import { answer, CLICK, connect, rawSettings, reportOf } from './seed-report.ts';

testContract(admitad, { settings: rawSettings['admitad']! });

const { definition, settings } = connect('admitad');
const query = (url: string) => Object.fromEntries(new URL(url).searchParams);

test('a sale is one postback, whole', () => {
  const { url } = definition.conversion!(reportOf(), settings);
  expect(url.split('?')[0]).toBe('https://ad.admitad.com/r');
  expect(query(url)).toEqual({
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
      position_count: '1',
      product_id: 'order',
    },
    ...{ price: '112.00', quantity: '1', currency_code: 'USD', promocode: '15BUCKSOFF' },
  });
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
      { uid: click.value, amount: '90.00', status: 'pending' },
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

  test('killed between call and settlement a person is asked, and nothing is told twice', async () => {
    const world = await open();
    await world.buys('H4', click);
    await world.diesAfter(0);
    await world.passUntil(async () => (await world.recorded('orderId', 'H4')).length === 1, 'the order in the books');
    await world.livesAgain();
    await world.becomes('H4', 'conversion', 'held');
    expect(await world.recorded('orderId', 'H4')).toMatchObject([{ duplicates: 0 }]);
  });
});
