import { describe, expect, it } from 'vitest';
import { addOrder, addUser, changeOrder, changeUser } from '../../../sandbox/vendors/cs-cart/shop.ts';
import { controlOf } from '../../sandbox/control.ts';
import { everyone, HOUR, key, openWorld, told } from './setup.ts';

describe('a shop with a trap', () => {
  it('that takes no notice of updated_at_from is compared over the days to look back', async () => {
    const world = await openWorld({ customers: 10, orders: 200 }, { lookbackDays: 5 });
    world.vendor.traps.updatedFilter = false;
    await world.settle();
    addOrder(world.vendor.shop, { status: 'P', total: '3.00' });
    await world.hourly();
    const listed = world.requests().filter((line) => line.includes('/orders?'));
    changeOrder(world.vendor.shop, 201, { status: 'I' });
    await world.hourly();
    expect(told(world.told)).toEqual(['201 approved 300', '201 cancelled 300']);
    expect(listed[1]).toMatch(/period=C&time_from=\d+&time_to=\d+/);
  });

  it('with numbers as numbers reads the same', async () => {
    const world = await openWorld({ customers: 5, orders: 30 });
    world.vendor.traps.strings = false;
    await world.settle();
    expect(world.held()).toHaveLength(30);
  });

  it('whose firewall answers 429, 503 and pages of HTML for a while is waited for', async () => {
    const world = await openWorld({ orders: 30 });
    await world.settle();
    addOrder(world.vendor.shop, { status: 'P', total: '3.00' });
    await controlOf(() => world.sandbox, 'cs-cart').script([
      { kind: 'rate-limit', seconds: 30 },
      { kind: 'status', status: 503, body: '<html>busy</html>' },
      { kind: 'status', status: 509 },
      { kind: 'garbage' },
      { kind: 'reset' },
    ]);
    const started = world.now();
    expect(await world.hourly()).toMatchObject({ result: 'enabled' });
    expect(world.now() - started - HOUR).toBeGreaterThan(30_000);
    expect(told(world.told)).toEqual(['31 approved 300']);
  });

  for (const status of [200, 503]) {
    it(`in maintenance behind HTTP ${status} fails for now and is tried again by itself`, async () => {
      const world = await openWorld({ orders: 3 });
      await world.settle();
      world.vendor.traps.maintenance = status;
      const outcome = await world.hourly();
      expect(outcome).toMatchObject({
        result: 'failed',
        reason: expect.stringContaining('page instead of JSON') as string,
      });
      expect(await world.store.sync(key)).toMatchObject({ state: 'failed', temporary: true });
      world.vendor.traps.maintenance = 0;
      expect(await world.hourly()).toMatchObject({ result: 'enabled' });
    });
  }

  it('whose key was regenerated fails until a person acts', async () => {
    const world = await openWorld({ orders: 3 });
    await world.settle();
    world.vendor.traps.apiKey = 'AnotherKeyAnotherKeyAnotherKey01';
    expect(await world.hourly()).toMatchObject({
      result: 'failed',
      reason: expect.stringContaining('every earlier one invalid') as string,
    });
    expect(await world.hourly()).toMatchObject({ result: 'refused' });
    world.vendor.traps.apiKey = 'SandboxKeySandboxKeySandboxKey01';
    expect(await world.sync.synchronize(world.connection, 'resync')).toMatchObject({ result: 'enabled' });
  });

  it('without mod_rewrite is asked through api.php', async () => {
    const world = await openWorld({ customers: 4, orders: 3 }, { noRewrite: true });
    world.vendor.traps.noRewrite = true;
    await world.settle();
    expect(world.held()).toEqual([1, 2, 3]);
  });

  it('that lists administrators among its users keeps them out of the list', async () => {
    const world = await openWorld({ customers: 3 });
    await world.settle();
    expect((await everyone(world.store)).map(({ email }) => email)).not.toContain('ops@shop.example');
  });

  it('gains, loses and renames customers, and the list follows', async () => {
    const world = await openWorld({ customers: 3 });
    await world.settle();
    addUser(world.vendor.shop, { email: 'fresh@mail.example' });
    world.pass(HOUR);
    changeUser(world.vendor.shop, 2, { email: 'renamed@mail.example' });
    await world.hourly();
    const emails = (await everyone(world.store)).map(({ email }) => email);
    expect(emails).toContain('fresh@mail.example');
    expect(emails).toContain('renamed@mail.example');
    expect(emails).not.toContain('customer2@shop.example');
  });

  it('with an unreadable total says which order, and takes the others', async () => {
    const world = await openWorld({ orders: 3 });
    changeOrder(world.vendor.shop, 2, { total: 'abc' });
    await world.sync.test(world.connection);
    const outcome = await world.sync.synchronize(world.connection, 'start');
    expect(world.held()).toEqual([1, 3]);
    expect(outcome).toMatchObject({
      progress: { problems: [expect.stringContaining('order 2') as string, expect.anything()] as unknown },
    });
  });

  for (const shopBehind of [2 * HOUR, -2 * HOUR]) {
    it(`whose clock is ${Math.abs(shopBehind / HOUR)} hours ${shopBehind > 0 ? 'behind' : 'ahead'} loses no change, and its history stays history`, async () => {
      const world = await openWorld({ orders: 5 }, {}, { shopBehind });
      const shopNow = (): number => Math.floor((world.now() - shopBehind) / 1000);
      addOrder(world.vendor.shop, { status: 'P', total: '1.00', timestamp: shopNow() - 600 });
      await world.settle();
      expect(world.held()).toEqual([1, 2, 3, 4, 5, 6]);
      world.pass(60_000);
      addOrder(world.vendor.shop, { status: 'P', total: '2.00' });
      await world.hourly();
      changeOrder(world.vendor.shop, 7, { status: 'I' });
      await world.hourly();
      expect(told(world.told)).toEqual(['7 approved 200', '7 cancelled 200']);
    });
  }

  it('is asked no more often than the setting says', async () => {
    const world = await openWorld({ customers: 1_000, orders: 10 }, { perSecond: 2 });
    await world.sync.test(world.connection);
    world.requests();
    const started = world.now();
    await world.sync.synchronize(world.connection, 'start');
    expect(world.now() - started).toBeGreaterThanOrEqual((world.requests().length - 1) * 500);
  });
});
