/** A change or a cancellation that leaves, and whose collector dies before the answer is written down: in no network's books is it twice. */
import { expect, test } from 'vitest';
import type { Delivery } from '../../../collector/model/delivery.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { type NetworkWorld, openNetworkWorld } from '../../harness/network-world.ts';
import { rawSettings } from './seed-report.ts';

const folder = temporaryFolders();
const HEX = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';

interface Network {
  click: [param: string, value: string];
  vendor: string[];
  kinds: ('modification' | 'reversal')[];
  more?: Record<string, unknown>;
  vendorMore?: Record<string, unknown>;
}

const BOTH = ['modification', 'reversal'] as const;
const NETWORKS: Record<string, Network> = {
  awin: { click: ['awc', '1001_1763000000_0123456789abcdef'], vendor: ['apiKey'], kinds: [...BOTH] },
  cj: { click: ['cjevent', HEX], vendor: ['enterpriseId', 'actionTrackerId', 'token'], kinds: [...BOTH] },
  rakuten: { click: ['ranSiteID', 'lMh2Xiq9xN0-aBcDeFgHiJkLmNoPqRsTuV'], vendor: ['merchantId'], kinds: [...BOTH] },
  partnerize: {
    ...{ click: ['clickref', '1011lBxYz9'], vendor: ['campaignId', 'applicationKey', 'userKey'], kinds: [...BOTH] },
  },
  everflow: { click: ['_ef_transaction_id', HEX], vendor: ['apiKey'], kinds: [...BOTH] },
  dub: { click: ['dub_id', 'aB3_dE6-hI9kL2mN'], vendor: ['apiKey'], kinds: [...BOTH] },
  tradedoubler: {
    ...{ click: ['tduid', HEX], kinds: [...BOTH] },
    vendor: ['clientId', 'clientSecret', 'username', 'password', 'checksumSecret'],
  },
  tune: {
    ...{ click: ['transaction_id', HEX], vendor: ['securityToken', 'offerId'], kinds: ['reversal'] },
    vendorMore: { takesRejections: true },
  },
  admitad: {
    ...{ click: ['admitad_uid', HEX], vendor: ['campaignCode', 'postbackKey', 'revisionKey'], kinds: [...BOTH] },
  },
  tapfiliate: { click: ['ref', 'jane'], vendor: ['apiKey'], kinds: [...BOTH] },
  firstpromoter: { click: ['fpr', 'jane-42'], vendor: ['apiKey', 'accountId'], kinds: [...BOTH] },
  refersion: { click: ['rfsn', '4242.ab12'], vendor: ['publicKey', 'secretKey'], kinds: ['reversal'] },
};
const CASES = Object.entries(NETWORKS).flatMap(([type, network]) =>
  network.kinds.map((kind) => [type, kind, network] as const),
);

/** What stands there: without what was heard on the way to it, and of lines that add up the sum. */
async function booksOf(world: NetworkWorld): Promise<unknown> {
  const { recorded } = await world.vendor.state();
  return recorded.map(({ duplicates: _count, at: _time, changes: _heard, lines, ...kept }) => {
    const amounts = Array.isArray(lines) ? (lines as { amount: number }[]).map(({ amount }) => amount) : [];
    return { ...kept, sum: amounts.reduce((so, amount) => so + amount, 0) };
  });
}

const OVER: readonly Delivery['state'][] = ['delivered', 'unverified', 'confirmed', 'held'];

test.each(CASES)('%s: a %s that dies after it left is there once', async (type, kind, network) => {
  const own = { ...rawSettings[type], ...network.more };
  const vendor = { ...Object.fromEntries(network.vendor.map((name) => [name, own[name]])), ...network.vendorMore };
  const world = await openNetworkWorld(type, { folder: folder(), settings: own, vendor });
  const [param, value] = network.click;
  await world.buys('Z1', { param, value });
  const newest = async (of: Delivery['kind']) => (await world.deliveries('Z1')).filter((one) => one.kind === of).at(-1);
  const isOver = async (of: Delivery['kind']) => {
    const one = await newest(of);
    return one !== undefined && OVER.includes(one.state) && one.confirmAt === null && one;
  };
  await world.passUntil(() => isOver('conversion'), 'the sale');
  const before = JSON.stringify(await booksOf(world));
  await world.diesAfter(0);
  await world.changes('Z1', kind === 'reversal' ? { status: 'refunded' } : { total: '90.00' });
  await world.passUntil(async () => JSON.stringify(await booksOf(world)) !== before, `the ${kind} in the books`);
  const killed = await booksOf(world);
  await world.livesAgain();
  const { state, attempts } = (await world.passUntil(() => isOver(kind), `the ${kind}`)) as Delivery;
  const { idempotent } = (await world.sites()).byId.get('shop')!.connections[0]!.destination!;
  const repeats = typeof idempotent === 'object' ? idempotent[kind] : idempotent;
  // What adds is never sent again by itself, so that nothing is written down of it; what says how it shall be may be.
  if (repeats === 'delta') expect([state, attempts]).toEqual(['held', 0]);
  else expect(state).not.toBe('held');
  expect(await booksOf(world)).toEqual(killed);
});
