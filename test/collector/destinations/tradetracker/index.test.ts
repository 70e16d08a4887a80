import { expect, test } from 'vitest';
import tradetracker from '../../../../collector/destinations/tradetracker/index.ts';
import type { Fire } from '../../../../wire/fire.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openNetworkWorld } from '../../../harness/network-world.ts';
import { testContract } from '../contract.ts';
import { connect, rawSettings, reportOf } from '../seed-report.ts';

testContract(tradetracker, { settings: rawSettings['tradetracker']! });

test('a sale is an image, without tax and shipping', () => {
  const { definition, settings } = connect('tradetracker');
  const { url } = definition.fire!(reportOf({ total: 12500, tax: 800, shipping: 500 }), settings) as { url: string };
  expect(url.split('?')[0]).toBe('https://ts.tradetracker.net/');
  expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
    ...{ cid: '1234', pid: '5678', tid: 'O1234567', qty: '1', event: 'sale', tam: '112.00', currency: 'USD' },
    vc: '15BUCKSOFF',
  });
});

const folder = temporaryFolders();

test('against its sandbox the browser’s image counts, with the click of its cookie', async () => {
  const world = await openNetworkWorld('tradetracker', {
    folder: folder(),
    settings: rawSettings['tradetracker']!,
    vendor: { campaignId: '1234' },
  });
  const { fire } = await world.buys('Q1', undefined);
  const [pixel] = fire as (Fire & { url: string })[];
  await fetch(pixel!.url, { headers: { cookie: 'TT2_1234=5_6_7' } });
  expect(await world.recorded('orderId', 'Q1')).toMatchObject([{ amount: '112.00', click: '5_6_7', duplicates: 0 }]);
});
