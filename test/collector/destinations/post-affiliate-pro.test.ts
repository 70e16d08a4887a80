import { expect, test } from 'vitest';
import postAffiliatePro from '../../../collector/destinations/post-affiliate-pro.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { openNetworkWorld } from '../../harness/network-world.ts';
import { testContract } from './contract.ts';
import { answer, CLICK, connect, form, rawSettings, reportOf } from './seed-report.ts';

testContract(postAffiliatePro, { settings: rawSettings['post-affiliate-pro']! });

test('a sale names its affiliate, so that no visitor id is needed', () => {
  const { definition, settings } = connect('post-affiliate-pro', { campaignId: '11111111' });
  const { method, url, body } = definition.conversion!(reportOf(), settings);
  expect([method, url]).toEqual(['POST', 'https://shop.postaffiliatepro.example/scripts/track.php']);
  const { sale, ...fields } = form(body);
  expect(fields).toEqual({ getParams: '', accountId: 'default1', tracking: '1' });
  expect(JSON.parse(sale!)).toEqual([
    { t: '112.00', o: 'O1234567', a: CLICK, cr: 'USD', cp: '15BUCKSOFF', c: '11111111' },
  ]);
  expect(definition.outcome!(answer(200, ''), reportOf(), settings)).toMatchObject({ state: 'unverified' });
  expect(definition.refuse!(reportOf({ coupons: [] }, { click: undefined }), settings)).toContain('neither');
});

const folder = temporaryFolders();

test('against its sandbox an order is told once, changes are a person’s, and a kill asks a person', async () => {
  const click = { param: 'a_aid', value: 'jane42' };
  const world = await openNetworkWorld('post-affiliate-pro', {
    folder: folder(),
    settings: {},
    vendor: { affiliates: ['jane42'] },
  });
  await world.buys('M1', click);
  await world.becomes('M1', 'conversion', 'unverified');
  expect(await world.recorded('orderId', 'M1')).toMatchObject([
    { affiliate: 'jane42', total: '112.00', duplicates: 0 },
  ]);
  await world.changes('M1', { total: '90.00' });
  await world.becomes('M1', 'modification', 'by_hand');
  await world.changes('M1', { status: 'refunded' });
  await world.becomes('M1', 'reversal', 'by_hand');
  await world.buys('M2', click);
  await world.diesAfter(0);
  await world.passUntil(async () => (await world.recorded('orderId', 'M2')).length === 1, 'the order in the books');
  await world.livesAgain();
  await world.becomes('M2', 'conversion', 'held');
  expect(await world.recorded('orderId', 'M2')).toMatchObject([{ duplicates: 0 }]);
  expect((await world.vendor.state()).counts).toMatchObject({ lost: 0 });
});
