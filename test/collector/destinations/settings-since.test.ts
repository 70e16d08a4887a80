/** What the owner sets after a sale was told: a change of the sale still goes by the codes and the amount that the network knows it by. */
import { expect, test } from 'vitest';
import { destinations } from '../../../collector/destinations/index.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { type NetworkWorld, openNetworkWorld } from '../../harness/network-world.ts';
import { NETWORKS, settingsOf } from '../../harness/networks.ts';

const folder = temporaryFolders();
/** Of 112.00 in goods. */
const WITH_TAX = { total: '125.00', tax: '8.00', shipping: '5.00' };

async function open(type: string, settings: object = {}, vendor: object = {}): Promise<NetworkWorld> {
  const given = settingsOf(type);
  return openNetworkWorld(type, {
    folder: folder(),
    settings: { ...given.settings, ...settings },
    vendor: { ...given.vendor, ...vendor },
  });
}
const click = (type: string) => {
  const [param, value] = NETWORKS[type]!.click!;
  return { param, value };
};

test('a change is told to the action trackers that have the sale, whatever groups are set since', async () => {
  const world = await open('cj', { groups: { 'coupon=15BUCKSOFF': '12' } }, { actionTrackerId: '' });
  await world.buys('G1', click('cj'), WITH_TAX);
  await world.becomes('G1', 'conversion', 'unverified');
  await world.sets({ groups: { 'category=Hardware': '11' }, amountBasis: 'total', actionTrackerId: '999' });
  // The shop itself names no code: the sale was told with the browser's.
  await world.shopSays({ orderId: 'G1', currency: 'USD', ...WITH_TAX });
  await world.changes('G1', { total: '103.00' });
  await world.becomes('G1', 'modification', 'unverified');
  expect(await world.recorded('orderId', 'G1')).toMatchObject([
    { actionTrackerId: '12', amount: 9000, state: 'restated' },
  ]);
  await world.changes('G1', { status: 'refunded' });
  await world.becomes('G1', 'reversal', 'unverified');
  expect(await world.recorded('orderId', 'G1')).toMatchObject([
    { actionTrackerId: '12', amount: 0, state: 'cancelled' },
  ]);
});

test('an amended sale keeps its commission group', async () => {
  const world = await open('awin', { groups: { 'customer=new': 'FIRST' } });
  await world.buys('G2', click('awin'));
  await world.becomes('G2', 'conversion', 'delivered');
  await world.sets({ groups: { 'category=*': 'ALL' } });
  await world.changes('G2', { total: '90.00' });
  const [amended] = [await world.becomes('G2', 'modification', 'confirmed')];
  expect(amended.report.amount).toEqual({ basis: 'net', minor: 9000, groups: [{ code: 'FIRST', minor: 9000 }] });
  expect(await world.recorded('orderReference', 'G2')).toMatchObject([
    { groups: [{ amount: 90, commissionGroupCode: 'FIRST' }] },
  ]);
});

test.each([
  ['rakuten', { amount: 9000 }, { amount: 0 }],
  ['firstpromoter', { amount: 9000 }, { amount: 0 }],
])('%s is given back what it was told, on whatever basis sales are told since', async (type, part, whole) => {
  const world = await open(type);
  await world.buys('G3', click(type), WITH_TAX);
  await world.becomes('G3', 'conversion', 'delivered');
  await world.sets({ amountBasis: 'total' });
  await world.changes('G3', { total: '103.00' });
  await world.becomes('G3', 'modification', 'delivered');
  expect((await world.vendor.state()).recorded).toMatchObject([part]);
  await world.changes('G3', { status: 'refunded' });
  await world.becomes('G3', 'reversal', 'delivered');
  expect((await world.vendor.state()).recorded).toMatchObject([whole]);
});

test('a sale that was refused for its settings is told by new ones, and changed by those', async () => {
  const world = await open('tune');
  await world.sets({ goalId: '0', offerId: '8' });
  await world.buys('G4', click('tune'));
  await world.becomes('G4', 'conversion', 'rejected');
  await world.sets({ goalId: '3', offerId: '7' });
  const deed = { at: world.clock.now(), actor: 'test', action: 'replay', detail: {} };
  await world.store.replay({ orderId: 'G4' }, { now: world.clock.now(), dryRun: false, deed });
  await world.becomes('G4', 'conversion', 'delivered');
  await world.sets({ goalId: '4' });
  await world.changes('G4', { status: 'refunded' });
  await world.becomes('G4', 'reversal', 'delivered');
  expect(await world.recorded('orderId', 'G4')).toMatchObject([{ fields: { goal_id: '3' }, status: 'rejected' }]);
});

test('what is kept of a sale are settings that exist and are no secret, and every basis is', () => {
  for (const { name, keeps = [], settings, modification, reversal } of destinations) {
    const wrong = keeps.filter((key) => settings[key] === undefined || settings[key].secret === true);
    expect([name, wrong]).toEqual([name, []]);
    const changes = modification !== undefined || reversal !== undefined;
    if (changes)
      for (const key of ['amountBasis', 'groups'])
        if (settings[key] && name !== 'admitad') expect(keeps).toContain(key);
  }
});
