/** Awin against its sandbox: bought through its click parameter, told once, changed, refunded; in batches, whatever dies meanwhile. */
import { describe, expect, test } from 'vitest';
import { temporaryFolders } from '../../../harness/folder.ts';
import { type NetworkWorld, openNetworkWorld } from '../../../harness/network-world.ts';

const folder = temporaryFolders();
const KEY = 'aw/secret+key=1';
const open = (more: { settings?: object; vendor?: object } = {}): Promise<NetworkWorld> =>
  openNetworkWorld('awin', {
    folder: folder(),
    settings: { advertiserId: '1001', apiKey: KEY, ...more.settings },
    vendor: { apiKey: KEY, ...more.vendor },
  });
const click = { param: 'AWC', value: '1001_1763000000_0123456789abcdef' };
const sale = async (world: NetworkWorld, orderId: string) => (await world.recorded('orderReference', orderId))[0];

test('an order is told once with its click, amended, and declined', async () => {
  const world = await open({
    settings: { groups: { 'category=Hardware': 'HW' } },
    vendor: { groups: ['HW', 'DEFAULT'] },
  });
  await world.buys('A1', click);
  expect((await world.becomes('A1', 'conversion', 'delivered')).report.amount).toEqual({
    ...{ basis: 'net', minor: 11200 },
    groups: [
      { code: 'HW', minor: 2469 },
      { code: 'DEFAULT', minor: 8731 },
    ],
  });
  expect(await sale(world, 'A1')).toMatchObject({
    amount: 112,
    state: 'pending',
    fields: { awc: click.value, channel: 'aw' },
  });
  await world.changes('A1', { total: '90.00' });
  await world.becomes('A1', 'modification', 'confirmed');
  expect(await sale(world, 'A1')).toMatchObject({ amount: 90, groups: [{ amount: 19.84 }, { amount: 70.16 }] });
  await world.changes('A1', { status: 'refunded' });
  await world.becomes('A1', 'reversal', 'confirmed');
  expect(await sale(world, 'A1')).toMatchObject({ state: 'declined', duplicates: 0 });
});

test('what Awin refuses stays visible with its words, and what it never heard of is not changed', async () => {
  const world = await open({ vendor: { unknownClicks: [click.value] } });
  await world.buys('A2', click);
  expect((await world.becomes('A2', 'conversion', 'rejected')).reason).toContain('awc: is not a valid click');
  await world.changes('A2', { status: 'cancelled' });
  expect((await world.becomes('A2', 'reversal', 'waiting')).reason).toContain('waits until the conversion has arrived');
});

test('what Awin only queues is unverified, and a change may follow it', async () => {
  const world = await open({ vendor: { answer: 'queued' } });
  await world.buys('A3', click);
  expect((await world.becomes('A3', 'conversion', 'unverified')).reason).toContain('its list of transactions shows it');
  await world.changes('A3', { status: 'cancelled' });
  await world.becomes('A3', 'reversal', 'confirmed');
});

test('without a token an order is told once by the older call, and a change is a person’s', async () => {
  const world = await open({ settings: { apiKey: undefined }, vendor: { unknownClicks: ['1001_1_bad'] } });
  await world.buys('A4', click);
  expect((await world.becomes('A4', 'conversion', 'unverified')).reason).toContain('gives no answer');
  expect(await sale(world, 'A4')).toMatchObject({
    ...{ amount: 112, groups: [{ code: 'DEFAULT', amount: 112 }], duplicates: 0 },
    fields: { awc: click.value, channel: 'aw' },
  });
  await world.changes('A4', { total: '90.00' });
  await world.becomes('A4', 'modification', 'by_hand');
  await world.changes('A4', { status: 'refunded' });
  await world.becomes('A4', 'reversal', 'by_hand');
  // What Awin swallows without a word is not in its books.
  await world.buys('A5', { param: 'awc', value: '1001_1_bad' });
  await world.becomes('A5', 'conversion', 'unverified');
  expect(await sale(world, 'A5')).toBeUndefined();
});

test('killed between the older call and its settlement it is told again, and counted once', async () => {
  const world = await open({ settings: { apiKey: undefined } });
  await world.buys('A6', click);
  await world.diesAfter(0);
  await world.passUntil(async () => (await sale(world, 'A6')) !== undefined, 'the sale in the books');
  await world.livesAgain();
  await world.becomes('A6', 'conversion', 'unverified');
  expect(await world.recorded('orderReference', 'A6')).toMatchObject([{ duplicates: 1, amount: 112 }]);
});

describe('a batch', () => {
  const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `B${index}`);
  const orders = async (world: NetworkWorld) =>
    (await world.vendor.state()).received.filter(({ path }) => path.endsWith('/orders'));

  test('takes all that became due meanwhile, and each reads its own verdict', async () => {
    const world = await open({ vendor: { unknownClicks: ['1001_1_bad'] } });
    for (const id of ids(6)) await world.buys(id, id === 'B3' ? { param: 'awc', value: '1001_1_bad' } : click);
    for (const id of ids(6)) await world.becomes(id, 'conversion', id === 'B3' ? 'rejected' : 'delivered');
    const calls = await orders(world);
    expect(calls.length).toBeLessThanOrEqual(2);
    expect(calls.flatMap(({ body }) => (JSON.parse(body) as { orders: object[] }).orders)).toHaveLength(6);
    const [attempt] = (await world.deliveries('B5'))[0]!.attemptLog;
    // Of a batch each report keeps its own part, and nobody else's.
    expect(attempt!.request.body).toContain('"B5"');
    expect(attempt!.request.body).not.toContain('"B4"');
    expect(attempt!.request.headers).toMatchObject({ 'x-api-key': '[secret]' });
  });

  test('that is refused as a whole is halved until the report at fault stands alone', async () => {
    const world = await open();
    await world.vendor.script([{ kind: 'status', status: 400, path: '/orders', times: 1 }]);
    for (const id of ids(4)) await world.buys(id, click);
    for (const id of ids(4)) await world.becomes(id, 'conversion', 'delivered');
    expect((await world.vendor.state()).recorded).toHaveLength(4);
  });

  test('of which one is known makes Awin call the whole known, and the others are told all the same', async () => {
    const world = await open();
    // To the four and to the first pair: only to one alone it says something.
    await world.vendor.script([{ kind: 'status', status: 409, path: '/orders', times: 2 }]);
    for (const id of ids(4)) await world.buys(id, click);
    for (const id of ids(4)) await world.becomes(id, 'conversion', 'delivered');
    expect((await world.vendor.state()).recorded).toHaveLength(4);
  });

  test('whose answer got lost is told again, and counted once', async () => {
    const world = await open();
    await world.vendor.script([{ kind: 'reset-after', path: '/orders' }]);
    for (const id of ids(3)) await world.buys(id, click);
    for (const id of ids(3)) await world.becomes(id, 'conversion', 'delivered');
    const { recorded } = await world.vendor.state();
    expect(recorded).toHaveLength(3);
  });

  test.each([0, 1, 2, 3, 4])(
    'killed after %i of its four settlements is told again, and nothing counts twice',
    async (stored) => {
      const world = await open();
      for (const id of ids(4)) await world.buys(id, click);
      await world.diesAfter(stored);
      await world.passUntil(async () => (await world.vendor.state()).recorded.length === 4, 'four sales in the books');
      await world.livesAgain();
      for (const id of ids(4)) await world.becomes(id, 'conversion', 'delivered');
      const { recorded } = await world.vendor.state();
      expect(recorded.map(({ orderReference }) => orderReference).sort()).toEqual(ids(4));
      const repeated = recorded.reduce((sum, { duplicates }) => sum + Number(duplicates), 0);
      expect(repeated).toBeLessThanOrEqual(4 - stored);
    },
  );

  test('keeps within the twenty calls a minute that Awin grants a user', async () => {
    const world = await open();
    for (const id of ids(25)) {
      await world.buys(id, click);
      await world.becomes(id, 'conversion', 'delivered');
    }
    const answers = (await world.vendor.state()).received.map(({ answer }) => (answer as { status: number }).status);
    expect(answers).not.toContain(429);
  });
});
