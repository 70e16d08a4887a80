/** The report that a network gives, beside what it was told: against the sandbox of each network that has one to fetch. */
import { describe, expect, test } from 'vitest';
import { days, hours } from '../../../../collector/lib/duration.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { type Network, NETWORKS, openReportWorld } from './report-world.ts';

const folder = temporaryFolders();

async function open(network: Network, more: { settings?: object; vendor?: object } = {}) {
  const world = await openReportWorld(network, { folder: folder(), ...more });
  return {
    ...world,
    async told(orderId: string, order: object = {}): Promise<void> {
      await world.buys(orderId, network.click, order);
      await world.becomes(orderId, 'conversion', network.told);
    },
    async changed(orderId: string, change: object): Promise<void> {
      await world.changes(orderId, change);
      await world.becomes(orderId, 'modification', network.changed);
    },
  };
}

describe.each(NETWORKS.map((network) => [network.type, network] as const))('%s', (...[, network]) => {
  test('agrees with what it was told, and settles what it gave no answer to', async () => {
    const world = await open(network);
    await world.told('A1');
    world.rests();
    expect(await world.reconciles()).toMatchObject({
      ...{
        rows: network.type === 'partnerize' ? 2 : 1,
        compared: 1,
        agree: 1,
        fresh: 0,
        converted: 0,
        differences: [],
      },
      settled: network.told === 'unverified' ? 1 : 0,
    });
    await world.becomes('A1', 'conversion', network.told === 'delivered' ? 'delivered' : 'confirmed');
  });

  test('a change that it took and forgot is found, proposed, and told again once', async () => {
    const world = await open(network);
    await world.told('A1');
    if (network.forgets.script) await world.vendor.script(network.forgets.script);
    if (network.forgets.vendor) await world.vendor.settings(network.forgets.vendor);
    await world.changed('A1', { total: '90.00' });
    expect(await world.reconciles()).toMatchObject({ fresh: 1, agree: 0, differences: [] });
    world.rests();
    const found = await world.reconciles();
    expect(found.differences).toMatchObject([
      { orderId: 'A1', problem: 'different amount', ours: '90.00 USD', repair: 'modification' },
    ]);
    expect(Number(found.differences[0]!.theirs)).toBe(112);
    expect(found.sent).toBe(0);
    expect((await world.deliveries('A1')).length).toBe(2);

    if (network.forgets.vendor) await world.vendor.settings({ locked: [] });
    expect((await world.reconciles({ sends: true })).sent).toBe(1);
    // What is on its way is not proposed again, and not sent again.
    expect(await world.reconciles({ sends: true })).toMatchObject({ fresh: 1, sent: 0 });
    await world.becomes('A1', 'modification', network.changed);
    expect((await world.deliveries('A1')).map(({ kind, seq }) => [kind, seq])).toEqual([
      ['conversion', 0],
      ['modification', 1],
      ['modification', 2],
    ]);
    world.rests();
    expect(await world.reconciles({ sends: true })).toMatchObject({ agree: 1, differences: [], sent: 0 });
    expect(await world.store.eventsOf('shop', 'A1')).toMatchObject([{}, {}, { type: 'repaired' }]);
    expect(
      (await world.store.auditLog({ limit: 20 })).filter(({ action }) => action === 'report repair'),
    ).toMatchObject([
      { actor: 'test', detail: '{"site":"shop","orderId":"A1","connection":"net","kind":"modification"}' },
    ]);
  });

  test('a sale that it has lost is told again, and one undone here is undone there', async () => {
    const world = await open(network);
    await world.told('A1');
    await world.told('A2', { placedAt: new Date(world.clock.now() + 1000).toISOString() });
    await world.changes('A2', { status: 'cancelled' });
    await world.becomes('A2', 'reversal', network.changed);
    world.rests();
    expect(await world.reconciles()).toMatchObject({ compared: 2, agree: 2, differences: [] });
    // The network begins with empty books.
    await world.vendor.reset();
    await world.vendor.settings(network.vendor);
    world.rests();
    expect((await world.reconciles()).differences).toMatchObject([
      { orderId: 'A1', problem: 'missing there', repair: 'conversion' },
    ]);
    expect((await world.reconciles({ sends: true })).sent).toBe(1);
    await world.becomes('A1', 'conversion', network.told);
    world.rests();
    expect(await world.reconciles()).toMatchObject({ agree: 2, differences: [] });
  });

  test('is read page by page, each line once, in as many windows as it allows', async () => {
    const world = await open(network);
    const ids = ['P1', 'P2', 'P3', 'P4', 'P5'];
    for (const id of ids) await world.told(id);
    world.rests();
    await world.vendor.settings({ reportPage: 2, reportTrap: 'repeat' });
    const { rows, requests } = await world.fetches(days(80));
    expect([...new Set(rows.map(({ orderId }) => orderId))].toSorted()).toEqual(ids);
    expect(rows.length).toBe(network.type === 'partnerize' ? 10 : 5);
    // Awin has no pages.
    expect(requests).toBeGreaterThanOrEqual(network.type === 'awin' ? 3 : 4);
  });

  test('half an answer is asked for again, and is no report', async () => {
    const world = await open(network);
    await world.told('A1');
    await world.vendor.settings({ reportTrap: 'half' });
    await expect(world.fetches()).rejects.toThrow('with no whole report. Nothing was compared.');
    expect(world.waited.length).toBe(4);
  });

  test('waits as it is asked to, and no longer than it may', async () => {
    const world = await open(network);
    await world.told('A1');
    world.rests();
    const slow = { kind: 'rate-limit', path: network.path, header: 'retry-after', seconds: 7 };
    await world.vendor.script([slow]);
    const before = world.waited.length;
    expect((await world.fetches()).rows.length).toBeGreaterThan(0);
    expect(world.waited.slice(before)).toEqual([7000]);
    await world.vendor.script([{ ...slow, seconds: 4000 }]);
    await expect(world.fetches(days(30), { patience: 30_000 })).rejects.toThrow(
      /asks to slow down \(429\); it has to be waited \d+ s for it: try again after that\. Nothing was compared\./,
    );
  });

  test('other credentials are told in words, without a secret', async () => {
    const world = await open(network);
    const secret = Object.keys(network.vendor).find((name) => /apiKey|authToken|token|userKey/.test(name))!;
    await world.vendor.settings({ [secret]: 'another-secret' });
    const refused = await world.fetches().catch((error: Error) => error.message);
    expect(refused).toMatch(
      /doesn’t (let these credentials read its report|give its Commission Detail: Invalid Token)/,
    );
    expect(refused).not.toContain(network.settings[secret]);
    expect(world.waited).toEqual([]);
  });
});

test('what the sale is paid out for is left to people', async () => {
  const [impact] = NETWORKS;
  const world = await open(impact!, { vendor: { paid: ['A1'] } });
  await world.told('A1');
  await world.vendor.script(impact!.forgets.script!);
  await world.changed('A1', { total: '90.00' });
  world.rests();
  expect(await world.reconciles({ sends: true })).toMatchObject({
    ...{ paid: 1, sent: 0 },
    differences: [
      { problem: 'different amount', repair: null, note: expect.stringContaining('paid out there') as string },
    ],
  });
});

test('what the margin of the report holds of other days is not missing here', async () => {
  const awin = NETWORKS.find(({ type }) => type === 'awin')!;
  const world = await open(awin);
  await world.told('A1');
  world.clock.pass(days(10));
  const told = await world.reconciles({ back: days(9) + hours(20), until: world.clock.now() - days(1) });
  expect(told).toMatchObject({ compared: 1, agree: 1, differences: [] });
});
