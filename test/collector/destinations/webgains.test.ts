import { expect, test } from 'vitest';
import webgains from '../../../collector/destinations/webgains.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { openNetworkWorld } from '../../harness/network-world.ts';
import { testContract } from './contract.ts';
import { answer, CLICK, connect, rawSettings, reportOf } from './seed-report.ts';

testContract(webgains, { settings: rawSettings['webgains']! });

test('a conversion has its lines as what they came to, each under its event', () => {
  const { definition, settings } = connect('webgains', { groups: { 'category=Hardware': '99' } });
  const { method, url, body } = definition.conversion!(reportOf(), settings);
  expect([method, url]).toEqual(['POST', 'https://api.webgains.io/queue-conversion']);
  expect(JSON.parse(body!)).toEqual({
    ...{ ids: [{ name: 's2s', value: CLICK }], programId: '1234', eventId: '5678', value: 112, currency: 'USD' },
    ...{ orderReference: 'O1234567', voucherId: '15BUCKSOFF' },
    items: [
      { event: '99', price: 24.69, name: 'Product Name 1', code: '1ABC2345', voucher: '15BUCKSOFF' },
      { event: '5678', price: 87.31, name: 'Product Name 2', code: '9ZXY7654', voucher: '15BUCKSOFF' },
    ],
  });
  expect(definition.outcome!(answer(202), reportOf(), settings)).toMatchObject({ state: 'unverified' });
  expect(definition.outcome!(answer(503), reportOf(), settings)).toBeUndefined();
});

const folder = temporaryFolders();

test('against its sandbox an order is told once, changes are a person’s, and a kill asks a person', async () => {
  const click = { param: 'wgu', value: '287_1_1763000000_abcdef' };
  const world = await openNetworkWorld('webgains', {
    folder: folder(),
    settings: rawSettings['webgains']!,
    vendor: { programId: '1234' },
  });
  await world.buys('K1', click);
  await world.becomes('K1', 'conversion', 'unverified');
  expect(await world.recorded('orderReference', 'K1')).toMatchObject([{ click: click.value, value: 112 }]);
  await world.changes('K1', { total: '90.00' });
  await world.becomes('K1', 'modification', 'by_hand');
  await world.changes('K1', { status: 'refunded' });
  await world.becomes('K1', 'reversal', 'by_hand');
  await world.buys('K2', click);
  await world.diesAfter(0);
  await world.passUntil(
    async () => (await world.recorded('orderReference', 'K2')).length === 1,
    'the order in the books',
  );
  await world.livesAgain();
  await world.becomes('K2', 'conversion', 'held');
  expect(await world.recorded('orderReference', 'K2')).toHaveLength(1);
  expect((await world.vendor.state()).counts).toMatchObject({ lost: 0 });
});
