import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkContainer } from '../../gtm/check/container-checker.ts';
import { openDatabase } from '../../collector/store/sqlite/open.ts';
import { csCartOf } from '../../sandbox/vendors/cs-cart/index.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { KEY, openCsCartWorld, type CsCartWorld } from '../harness/cs-cart-world.ts';
import { until } from '../harness/until.ts';

let world: CsCartWorld;
beforeAll(async () => {
  world = await openCsCartWorld();
});
afterAll(() => world?.close());

/** `connection add`, which also replaces; `\${CSCART_KEY}` keeps the key off the command line. */
const add = (more: Record<string, string> = {}, ...options: string[]) => {
  const settings = { ...(world.settings() as Record<string, string>), apiKey: '${CSCART_KEY}', ...more };
  const pairs = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  return world.run('connection', 'add', 'cscart', '--site', 'shop', '--type', 'cs-cart', ...pairs, ...options);
};
const sync = (...options: string[]) => world.run('sync', 'cscart', '--json', ...options);

describe('the document’s steps on the command line', () => {
  test('1–5: list name, URL, key, admin e-mail and currency are refused one by one where they are no such thing', async () => {
    const wrong = { listName: '', url: 'ftp://shop.example', apiKey: 'short', adminEmail: 'ops', currency: 'EURO' };
    const { code, err } = await add(wrong);
    expect(code).toBe(1);
    for (const name of Object.keys(wrong)) expect(err).toContain(`settings.${name}:`);
    expect((await sync()).err).toContain('There is no connection cscart; known: none yet');
  });

  test('6: a failed test says what to fix, and nothing can be synchronized before it passes; a wrong address can still be corrected', async () => {
    const failed = await add({ url: world.sandbox.url });
    expect(failed).toMatchObject({ code: 1, err: expect.stringContaining('saved, but its test failed') as string });
    expect(failed.out).toContain('FAIL');
    expect(await sync()).toMatchObject({
      code: 1,
      json: { outcome: { result: 'refused', reason: expect.stringContaining('Test the connection first') as string } },
    });
    const passed = await add();
    expect(passed.err).toBe('');
    expect(passed.out).toContain('ok    The administrator may see orders: 120 orders.');
    expect(passed.out).toContain('ok    The administrator may see customers: 40 customers.');
    expect(passed.out).not.toContain(KEY);
  });

  test('6: each thing that can be wrong with a shop fails at its own stage, with its own fix', async () => {
    const faults: [string, object, string, RegExp][] = [
      ['rotated', { apiKey: 'AnotherKeyAnotherKeyAnotherKey01' }, 'credentials', /newly generated API key/],
      ['stripped', { stripAuth: true }, 'credentials', /RewriteRule/],
      ['asleep', { inactive: true }, 'credentials', /account is active/],
      ['https', { httpsOnly: true }, 'address', /https:\/\//],
      ['page', { noRewrite: true }, 'address', /noRewrite/],
      ['closed', { maintenance: 200 }, 'address', /maintenance/],
      ['down', { maintenance: 503 }, 'address', /503/],
      ['orders', { missing: ['view_orders'] }, 'orders', /"View orders"/],
      ['users', { missing: ['view_users'] }, 'users', /"View users"/],
    ];
    const clock = () => Date.now();
    const shops = await Promise.all(
      faults.map(([, trap]) => {
        const vendor = csCartOf({ customers: 1, orders: 1 }, { clock });
        Object.assign(vendor.traps, trap);
        return startSandbox({ vendors: [() => vendor], clock });
      }),
    );
    const connections = faults.map(([id], index) => ({
      ...{ id, type: 'cs-cart' },
      settings: world.settings({ url: `${shops[index]!.url}/cs-cart` }),
    }));
    await world.collector.apply(JSON.stringify({ sites: [{ id: 'faulty', domains: ['f.example'], connections }] }));
    const { code, json, err } = await world.run('connection', 'test', '--site', 'faulty', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(err)).toEqual({ errors: [{ field: 'command', message: '9 of 9 connections failed.' }] });
    const tests = json as { connection: string; stages: { name: string; ok: boolean; message: string }[] }[];
    for (const [id, , stage, fix] of faults) {
      const last = tests.find(({ connection }) => connection === id)!.stages.at(-1)!;
      expect({ id, name: last.name, ok: last.ok }).toEqual({ id, name: stage, ok: false });
      expect(last.message).toMatch(fix);
    }
    await Promise.all(shops.map((shop) => shop.stop()));
  });

  test('7–8: the first synchronization takes every customer and every order, and ends Enabled', async () => {
    const { code, json } = await sync();
    expect({ code, json }).toMatchObject({
      code: 0,
      json: {
        connection: 'shop/cscart',
        // History is read, and nothing of it is told.
        outcome: { result: 'enabled', progress: { phase: 'done', orders: 120, told: 0 } },
      },
    });
    const { out } = await world.run('connection', 'list', '--site', 'shop');
    expect(out).toMatch(/shop +cscart +cs-cart +enabled +none/);
  });

  test('a list shows its metrics, and is written as CSV and JSON lines', async () => {
    const { json } = await world.run('list', 'cscart', '--json');
    const metrics = json as { contacts: number; buyers: number; orders: number; segments: Record<string, number> };
    expect(metrics).toMatchObject({ name: 'CS-Cart customers', currency: 'EUR', bigSpenderFrom: expect.any(String) });
    expect(metrics.contacts).toBeGreaterThan(40); // guests who ordered are contacts, too
    expect(metrics.segments).toMatchObject({ 'never-bought': metrics.contacts - metrics.buyers });
    const csv = await world.run('list', 'cscart', '--format', 'csv');
    expect(csv.out.split('\r\n')[0]).toBe(
      'customerId,email,phone,firstName,lastName,agreed,active,joinedAt,orders,revenue,currency,lastOrderAt',
    );
    expect(csv.out.trim().split('\r\n')).toHaveLength(metrics.contacts + 1);
    const buyers = await world.run('list', 'cscart', '--format', 'jsonl', '--segment', 'buyers');
    const rows = buyers.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { orders: string });
    expect(rows).toHaveLength(metrics.buyers);
    expect(rows.reduce((sum, { orders }) => sum + Number(orders), 0)).toBe(metrics.orders);
  });

  test('the onsite tracking file reads orders as CS-Cart emits them, and can be imported', async () => {
    const { out } = await world.run('gtm', 'container', '--site', 'shop');
    expect(checkContainer(JSON.parse(out))).toEqual([]);
    expect(out).toContain('EUR');
  });

  test('list name and address stay what they were; any other changed setting needs a new test', async () => {
    for (const [name, value] of [
      ['listName', 'Another list'],
      ['url', `${world.sandbox.url}/elsewhere`],
    ] as const) {
      const { code, err } = await add({ [name]: value });
      expect(code).toBe(1);
      expect(err).toContain('cannot be changed. Remove the connection and make a new one');
    }
    expect((await add({ perSecond: '40' }, '--no-test')).code).toBe(0);
    expect((await sync()).json).toMatchObject({ outcome: { result: 'refused' } });
    expect((await world.run('connection', 'test', 'cscart')).code).toBe(0);
    expect((await sync()).json).toMatchObject({ outcome: { result: 'enabled', progress: { told: 0 } } });
  });

  test('a run that fails says why, and is tried again by hand', async () => {
    await world.shop.settings({ apiKey: 'AnotherKeyAnotherKeyAnotherKey01' });
    const failed = await sync();
    expect(failed).toMatchObject({ code: 1, json: { outcome: { result: 'failed' } } });
    expect(failed.err).toContain('A newly generated API key makes every earlier one invalid');
    expect((await world.run('connection', 'list', '--site', 'shop')).out).toContain('failed: CS-Cart does not accept');
    await world.shop.settings({ apiKey: KEY });
    expect((await sync()).json).toMatchObject({ outcome: { result: 'enabled' } });
  });

  test('paused it is Disabled and can not be resynchronized; resumed it goes on from what is stored', async () => {
    const { out } = await world.run('connection', 'hook', 'cscart');
    await world.run('connection', 'pause', 'cscart');
    // The shop is not told off for a pause of ours, and nothing piles up meanwhile.
    const announced = await fetch(out.trim(), { method: 'POST', body: '{"order_id":"1"}' });
    expect([announced.status, await announced.json()]).toEqual([202, { announced: 0 }]);
    expect(await sync()).toMatchObject({ code: 1, json: { outcome: { reason: expect.stringContaining('disabled') } } });
    await world.run('connection', 'resume', 'cscart');
    expect((await sync()).json).toMatchObject({ outcome: { result: 'enabled', progress: { orders: 0 } } });
  });

  test('an announced order is read again through the API, whatever the announcement says', async () => {
    const { out } = await world.run('connection', 'hook', 'cscart', '--register');
    const address = out.trim();
    expect(address.startsWith(`${world.collector.url}/v1/hooks/cscart?`)).toBe(true);
    expect((await fetch(address.replace(/token=.{4}/, 'token=AAAA'), { method: 'POST', body: '{}' })).status).toBe(404);
    const order = await world.merchant('POST', 'orders', { status: 'P', total: '64.00', email: 'jane@example.com' });
    const body = JSON.stringify({ order_id: order['id'], status: 'I', total: '1.00' });
    expect((await fetch(address, { method: 'POST', body })).status).toBe(202);
    const view = await until(() => world.order(String(order['id'])), { what: 'the announced order' });
    expect(view).toMatchObject({ status: 'approved', total: '64.00', currency: 'EUR', shopConfirmed: true });
  });

  test('whoever was erased stays away from the list', async () => {
    const listed = async () => (await world.run('list', 'cscart', '--format', 'csv')).out;
    expect(await listed()).toContain('customer7@shop.example');
    const erased = await world.run('erase', '--email', 'customer7@shop.example', '--site', 'shop', '--json');
    expect(erased.json).toMatchObject([{ contacts: 1 }]);
    await world.merchant('PATCH', 'users/7', { firstname: 'Again' });
    expect((await sync()).json).toMatchObject({ outcome: { result: 'enabled' } });
    expect(await listed()).not.toContain('customer7@shop.example');
  });

  test('a removal first says what it deletes, and then leaves nothing of settings, secrets, history and list', async () => {
    const asked = await world.run('connection', 'remove', 'cscart');
    expect(asked.code).toBe(1);
    for (const words of ['settings and secrets', 'order history', 'list with all contacts', 'Google Tag Manager'])
      expect(asked.err).toContain(words);
    expect((await world.run('connection', 'remove', 'cscart', '--yes')).code).toBe(0);
    const db = openDatabase(world.collector.database);
    const rows = ['connection', 'sync', 'sync_hint', 'sync_told', 'history', 'contact'].map((table) => {
      const where = table === 'connection' ? 'id' : 'connection';
      return db.prepare(`SELECT count(*) FROM ${table} WHERE site = 'shop' AND ${where} = 'cscart'`).pluck().get();
    });
    db.close();
    expect(rows).toEqual([0, 0, 0, 0, 0, 0]);
    expect((await sync()).err).toContain('There is no connection cscart');
  });
});
