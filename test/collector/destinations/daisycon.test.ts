import { describe, expect, test } from 'vitest';
import daisycon from '../../../collector/destinations/daisycon.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { type NetworkWorld, openNetworkWorld } from '../../harness/network-world.ts';
import { testContract } from './contract.ts';
import { answer, CLICK, connect, rawSettings, reportOf } from './seed-report.ts';

testContract(daisycon, { settings: rawSettings['daisycon']!, leavesZeroOut: true });

const { definition, settings } = connect('daisycon', { commissionCode: 'new' });

test('a transaction has what was paid and what counts', () => {
  const { url } = definition.conversion!(reportOf({ total: 12500, tax: 800, shipping: 500 }), settings);
  expect(url.split('?')[0]).toBe('https://gtm.daisycon.io/d/');
  expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
    ...{ ci: '12345', dci: CLICK, ti: 'O1234567', cur: 'USD', a: '125.00', r: '112.00', cc: 'new', pr: '15BUCKSOFF' },
  });
});

test('what is nothing is left out', () => {
  const free = reportOf({ total: 0, discount: 12700, coupons: [] });
  expect(Object.fromEntries(new URL(definition.conversion!(free, settings).url).searchParams)).toEqual({
    ...{ ci: '12345', dci: CLICK, ti: 'O1234567', cur: 'USD', cc: 'new' },
  });
});

test.each<[unknown, string]>([
  [{ status: 'G' }, 'delivered'],
  [{ status: 'U' }, 'delivered'],
  [{ status: 'V' }, 'no_match'],
  [{ status: 'V_G' }, 'no_match'],
  [{ status: 'H' }, 'rejected'],
  [{ status: 'CL' }, 'rejected'],
  [{ status: 'E' }, 'retry'],
  [{ status: 'RSV' }, 'unverified'],
  ['', 'unverified'],
])('%j is %s', (body, state) => {
  expect(definition.outcome!(answer(200, body), reportOf(), settings)?.state).toBe(state);
});

describe('against its sandbox', () => {
  const folder = temporaryFolders();
  const click = { param: 'dci', value: 'dc_0123456789abcdef' };
  const open = (vendor: object = {}): Promise<NetworkWorld> =>
    openNetworkWorld('daisycon', {
      folder: folder(),
      settings: { campaignId: '12345' },
      vendor: { campaignId: '12345', ...vendor },
    });

  test('an order is told once, whatever is repeated; a change is a person’s', async () => {
    const world = await open({ unknownClicks: ['dc_unknown_click'] });
    await world.buys('J1', click);
    await world.becomes('J1', 'conversion', 'delivered');
    expect(await world.recorded('transactionId', 'J1')).toMatchObject([
      { click: click.value, revenue: '112.00', duplicates: 0 },
    ]);
    await world.changes('J1', { total: '90.00' });
    await world.becomes('J1', 'modification', 'by_hand');
    await world.changes('J1', { status: 'refunded' });
    await world.becomes('J1', 'reversal', 'by_hand');
    await world.buys('J2', { param: 'dci', value: 'dc_unknown_click' });
    await world.becomes('J2', 'conversion', 'no_match');
    await world.buys('J3', click);
    await world.diesAfter(0);
    await world.passUntil(
      async () => (await world.recorded('transactionId', 'J3')).length === 1,
      'the sale in the books',
    );
    await world.livesAgain();
    await world.becomes('J3', 'conversion', 'delivered');
    expect(await world.recorded('transactionId', 'J3')).toMatchObject([{ duplicates: 1 }]);
  });

  test('where it answers nothing a sale is unverified', async () => {
    const world = await open({ answers: false });
    await world.buys('J4', click);
    await world.becomes('J4', 'conversion', 'unverified');
  });
});
