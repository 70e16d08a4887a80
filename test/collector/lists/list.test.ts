import { describe, expect, it } from 'vitest';
import { exportList } from '../../../collector/lists/export.ts';
import { customerHash, emailHash } from '../../../collector/model/contact.ts';
import { toMsisdn } from '../../../collector/platforms/apifon/msisdn.ts';
import { addOrder, addUser, changeOrder } from '../../../sandbox/vendors/cs-cart/shop.ts';
import { everyone, key, NOON, openWorld, seal, type World } from '../sync/setup.ts';

const DAY = 86_400_000;
const rule = { now: NOON, lapsedAfter: 180 * DAY };

/** Three accounts, one of which never bought; two guests, one of which is really an account. */
async function openShop(): Promise<World> {
  const world = await openWorld();
  const { shop } = world.vendor;
  const at = (days: number): number => (NOON - days * DAY) / 1000;
  for (const email of ['ann@mail.example', 'bob@mail.example', 'cy@mail.example'])
    addUser(shop, { email, phone: '', timestamp: at(400) });
  const order = (email: string, total: string, days: number, more: object = {}) =>
    addOrder(shop, { email, total, status: 'C', timestamp: at(days), updatedAt: at(days), ...more });
  order('ann@mail.example', '100.00', 10, { user: 2 });
  order('ann@mail.example', '50.00', 300, { user: 2 });
  order('bob@mail.example', '20.00', 200, { user: 3 });
  order('bob@mail.example', '999.00', 1, { user: 3, status: 'I' });
  order('guest@mail.example', '30.00', 5);
  order('Ann@Mail.example', '40.00', 2);
  order('ann@mail.example', '10.00', 1, { user: 2, status: 'O' });
  await world.settle();
  return world;
}

const lines = async (world: World, format: 'csv' | 'jsonl', segment: 'all' | 'buyers' = 'all'): Promise<string[]> => {
  let text = '';
  for await (const chunk of exportList(key, { segment, rule, currency: 'EUR', format }, { store: world.store, seal }))
    text += chunk;
  return text.split('\n').filter((line) => line !== '');
};

describe('the figures of a list', () => {
  it('count paid orders, and people once, guests among them', async () => {
    const world = await openShop();
    expect(await world.store.listMetrics(key, rule)).toEqual({
      contacts: 4,
      buyers: 3,
      orders: 5,
      revenue: 24_000,
      averageOrderValue: 4_800,
      lastOrderAt: NOON - 2 * DAY,
      repeatRate: 1 / 3,
      segments: { buyers: 3, 'never-bought': 1, lapsed: 1, 'big-spenders': 1 },
      bigSpenderFrom: 19_000,
    });
  });

  it('are zero, not nothing, for an empty shop', async () => {
    const world = await openWorld();
    await world.settle();
    expect(await world.store.listMetrics(key, rule)).toMatchObject({
      contacts: 0,
      orders: 0,
      revenue: 0,
      averageOrderValue: 0,
      repeatRate: 0,
      bigSpenderFrom: null,
    });
  });

  it('follow a cancellation', async () => {
    const world = await openShop();
    changeOrder(world.vendor.shop, 1, { status: 'I' });
    await world.hourly();
    expect(await world.store.listMetrics(key, rule)).toMatchObject({ orders: 4, revenue: 14_000 });
  });

  it('keep a guest who opens an account as one person', async () => {
    const world = await openShop();
    addUser(world.vendor.shop, { email: 'guest@mail.example', phone: '' });
    await world.hourly();
    expect(await world.store.listMetrics(key, rule)).toMatchObject({
      contacts: 4,
      buyers: 3,
      orders: 5,
      revenue: 24_000,
    });
    expect((await everyone(world.store)).find(({ email }) => email === 'guest@mail.example')).toMatchObject({
      key: 'u:5',
      orders: 1,
    });
  });

  it('have ready-made segments', async () => {
    const world = await openShop();
    const names = async (segment: 'buyers' | 'never-bought' | 'lapsed' | 'big-spenders') =>
      (await world.store.contacts(key, { segment, rule, after: '', limit: 10 })).map((contact) =>
        contact.key.slice(0, 3),
      );
    expect(await names('never-bought')).toEqual(['u:4']);
    expect(await names('lapsed')).toEqual(['u:3']);
    expect(await names('big-spenders')).toEqual(['u:2']);
    expect(await names('buyers')).toHaveLength(3);
  });
});

describe('the export of a list', () => {
  it('is CSV with a header, or JSON lines', async () => {
    const world = await openShop();
    const csv = await lines(world, 'csv');
    expect(csv[0]).toBe(
      'customerId,email,phone,firstName,lastName,agreed,active,joinedAt,orders,revenue,currency,lastOrderAt\r',
    );
    expect(csv.find((line) => line.startsWith('2,'))).toBe(
      '2,ann@mail.example,,First2,Last2,unknown,true,2025-10-18T12:00:00.000Z,3,190.00,EUR,2026-11-20T12:00:00.000Z\r',
    );
    expect((await lines(world, 'jsonl', 'buyers')).map((line) => JSON.parse(line) as unknown)).toHaveLength(3);
  });

  it('runs no formula in a spreadsheet and keeps a name with quotes in its cell', async () => {
    const world = await openWorld();
    addUser(world.vendor.shop, {
      email: 'x@mail.example',
      phone: '+306900000000',
      firstname: '=HYPERLINK("http://evil.example")',
      lastname: 'O"Hara, Jr',
    });
    await world.settle();
    expect((await lines(world, 'csv'))[1]).toContain(
      ',+306900000000,"\'=HYPERLINK(""http://evil.example"")","O""Hara, Jr",',
    );
  });
});

describe('erasure', () => {
  it('by e-mail outlasts the next synchronization, and leaves the shop’s figures', async () => {
    const world = await openShop();
    expect(await world.store.eraseContacts('shop', { emailHash: emailHash('ann@mail.example', seal) }, NOON)).toEqual({
      contacts: 1,
    });
    changeOrder(world.vendor.shop, 1, { total: '101.00' });
    await world.hourly();
    await world.hourly();
    expect((await everyone(world.store)).map(({ email }) => email).sort()).toEqual([
      'bob@mail.example',
      'cy@mail.example',
      'guest@mail.example',
    ]);
    expect(await world.store.listMetrics(key, rule)).toMatchObject({ contacts: 3, orders: 5, revenue: 24_100 });
  });

  it('by customer id covers the account’s e-mail, too', async () => {
    const world = await openShop();
    await world.store.eraseContacts('shop', { customerId: '2', customerHash: customerHash('2', seal) }, NOON);
    addOrder(world.vendor.shop, { email: 'ann@mail.example', total: '5.00', status: 'P', user: 0 });
    await world.hourly();
    expect((await everyone(world.store)).map(({ email }) => email)).not.toContain('ann@mail.example');
  });
});

describe('phone numbers', () => {
  it('become digits with a country code, or nothing', () => {
    expect(toMsisdn('+30 694 000 0000')).toBe('306940000000');
    expect(toMsisdn('0030 (0)694-000-0000')).toBe('306940000000');
    expect(toMsisdn('694 0000000', '30')).toBe('306940000000');
    expect(toMsisdn('0694 0000000', '30')).toBe('306940000000');
    expect(toMsisdn('306940000000', '30')).toBe('306940000000');
    expect(toMsisdn('06940000000')).toBeUndefined();
    expect(toMsisdn('call me')).toBeUndefined();
  });
});
