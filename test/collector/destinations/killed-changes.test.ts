/** A report that leaves, and whose collector dies before the answer is written down: in no network's books is it twice. */
import { expect, test } from 'vitest';
import { partsOf, repeatsAs } from '../../../collector/kit/destination.ts';
import type { Delivery } from '../../../collector/model/delivery.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { type NetworkWorld, openNetworkWorld } from '../../harness/network-world.ts';
import { NETWORKS, settingsOf } from '../../harness/networks.ts';
import { connect, reportOf } from './seed-report.ts';

const folder = temporaryFolders();

/** Where a report takes a request for each group, the seed order has two. */
const GROUPS: Record<string, { settings: object; vendor?: object }> = {
  awin: { settings: { groups: { 'category=Hardware': 'HW' } } },
  cj: { settings: { groups: { 'category=Hardware': '500000' } }, vendor: { actionTrackerId: '' } },
  tune: { settings: { goalId: '3', groups: { 'category=Hardware': '4' } } },
  admitad: { settings: { groups: { 'category=Hardware': '2' } } },
  partnerize: { settings: { groups: { 'category=Hardware': 'tools' } } },
  partnerstack: { settings: {}, vendor: { customerDelayMs: 0 } },
  webgains: { settings: { groups: { 'category=Hardware': '77' } } },
};

/** Each report that a network can be told by itself, and after each number of its requests that was written down. */
const CASES = Object.keys(NETWORKS).flatMap((type) => {
  if (NETWORKS[type]!.click === undefined) return [];
  const { definition, settings } = connect(type, { ...settingsOf(type).settings, ...GROUPS[type]?.settings });
  const kinds = (['conversion', 'modification', 'reversal'] as const).filter(
    (kind) => definition[kind] !== undefined && definition.byHand?.(kind, settings) === undefined,
  );
  return kinds.flatMap((kind) => {
    const before = kind === 'conversion' ? {} : { before: reportOf().order };
    const requests = partsOf(definition, { ...reportOf({ total: 9000 }), kind, ...before }, settings).length;
    return Array.from({ length: requests }, (_, settled) => [type, kind, settled, requests] as const);
  });
});

/** What stands there: without what was heard on the way to it, and of lines that add up the sum. */
async function booksOf(world: NetworkWorld): Promise<unknown[]> {
  const { recorded } = await world.vendor.state();
  return recorded.map(({ duplicates: _count, at: _time, changes: _heard, lines, submission, status, ...kept }) => {
    const amounts = Array.isArray(lines) ? (lines as { amount: number }[]).map(({ amount }) => amount) : [];
    const sum = amounts.reduce((so, amount) => so + amount, 0);
    // How far a queue has come is not what stands there.
    return { ...kept, ...(submission === undefined ? { status } : {}), sum };
  });
}

const OVER: readonly Delivery['state'][] = ['delivered', 'unverified', 'confirmed', 'held'];

/** What a network holds of one order, once its report of a kind is over: told in peace, or by a process that dies meanwhile. */
async function live(type: string, kind: Delivery['kind'], settled?: number) {
  const { settings, vendor } = settingsOf(type);
  const more = GROUPS[type];
  const given = { settings: { ...settings, ...more?.settings }, vendor: { ...vendor, ...more?.vendor } };
  const world = await openNetworkWorld(type, { folder: folder(), ...given });
  const [param, value] = NETWORKS[type]!.click!;
  const isOver = async (of: Delivery['kind']) => {
    const one = (await world.deliveries('Z1')).filter((each) => each.kind === of).at(-1);
    return one !== undefined && OVER.includes(one.state) && one.confirmAt === null && one;
  };
  const isSale = kind === 'conversion';
  if (isSale && settled !== undefined) await world.diesAfter(settled);
  await world.buys('Z1', { param, value });
  if (!isSale) {
    await world.passUntil(() => isOver('conversion'), 'the sale');
    if (settled !== undefined) await world.diesAfter(settled);
    await world.changes('Z1', kind === 'reversal' ? { status: 'refunded' } : { total: '90.00' });
  }
  let killed: unknown[] = [];
  if (settled !== undefined) {
    await world.passUntil(() => world.isDead(), `the ${kind} to die`);
    killed = await booksOf(world);
    await world.livesAgain();
  }
  const { state } = (await world.passUntil(() => isOver(kind), `the ${kind}`)) as Delivery;
  return { state, killed, books: await booksOf(world) };
}

test.each(CASES)(
  '%s: a %s that dies with %i of its %i requests written down is there once',
  async (type, kind, settled, of) => {
    const { state, killed, books } = await live(type, kind, settled);
    const { definition } = connect(type);
    // What adds, or may, is never sent again by itself; what says how it shall be may be.
    const repeats = repeatsAs(definition, kind) === true;
    expect(state === 'held').toBe(!repeats);
    // Of several requests those that hadn't left yet do; nothing that had is there twice.
    const isWhole = !repeats || settled + 1 === of;
    expect(books).toEqual(isWhole ? killed : (await live(type, kind)).books);
    expect(killed.length).toBeGreaterThan(0);
  },
);

test('every network that is told by the collector is here', () => {
  expect(new Set(CASES.map(([type]) => type)).size).toBe(Object.values(NETWORKS).filter(({ click }) => click).length);
});
