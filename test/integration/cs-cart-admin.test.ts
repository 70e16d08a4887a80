import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkContainer } from '../../gtm/check/container-checker.ts';
import type { SyncView } from '../../collector/sync/watch.ts';
import { KEY, openCsCartWorld, type CsCartWorld } from '../harness/cs-cart-world.ts';
import { until } from '../harness/until.ts';

let world: CsCartWorld;
beforeAll(async () => {
  world = await openCsCartWorld();
});
afterAll(() => world?.close());

const ONE = '/sites/shop/connections/cscart';
const put = (more: Record<string, unknown> = {}) =>
  world.admin('PUT', ONE, { type: 'cs-cart', settings: world.settings(more) });
const view = async () => (await world.admin('GET', `${ONE}/sync`)).body as unknown as SyncView & { hook: string };
const act = (action: string) => world.admin('POST', `${ONE}/sync/${action}`);
/** Waits until nothing runs any more. */
const rested = () =>
  until(
    async () => {
      const now = await view();
      return now.state !== 'syncing' && now;
    },
    { what: 'the synchronization to end' },
  );
const refusedWith = (words: string, status = 409) => ({
  status,
  body: { errors: [{ message: expect.stringContaining(words) as string }] },
});
/** Every event of a progress stream, which ends with the run. */
async function progress(): Promise<SyncView[]> {
  const { status, headers, text } = await world.admin('GET', `${ONE}/sync/progress`);
  expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  return text
    .trim()
    .split('\n\n')
    .map((event) => JSON.parse(event.replace(/^event: progress\ndata: /, '')) as SyncView);
}

describe('the document’s steps through the admin API', () => {
  test('1–5: wrong settings are named each by its own name, and nothing is saved', async () => {
    const wrong = { listName: '', url: 'ftp://shop.example', apiKey: 'short', adminEmail: 'ops', currency: 'EURO' };
    const { status, body } = await put(wrong);
    expect(status).toBe(422);
    expect(body.errors!.map(({ field }) => field).sort()).toEqual(
      Object.keys(wrong)
        .map((name) => `settings.${name}`)
        .sort(),
    );
    expect((await world.admin('GET', ONE)).status).toBe(404);
  });

  test('5–6: before its test has passed nothing starts, and each failed test says what to fix', async () => {
    expect((await put({ url: `${world.sandbox.url}/nowhere` })).status).toBe(201);
    expect(await view()).toMatchObject({ state: 'untested', actions: ['test', 'edit', 'disable', 'remove'] });
    expect(await act('start')).toMatchObject(refusedWith('Test the connection first'));
    const address = await act('test');
    expect([address.status, address.body['stages']]).toMatchObject([422, [{ name: 'address', ok: false }]]);
    expect((await put()).status).toBe(200);
    for (const [trap, stage, words] of [
      [{ stripAuth: true }, 'credentials', 'RewriteRule'],
      [{ apiKey: 'AnotherKeyAnotherKeyAnotherKey01' }, 'credentials', 'newly generated API key'],
      [{ missing: ['view_orders'] }, 'orders', 'View orders'],
      [{ missing: ['view_users'] }, 'users', 'View users'],
      [{ httpsOnly: true }, 'address', 'https://'],
    ] as const) {
      await world.shop.settings(trap);
      const { status, body } = await act('test');
      const last = (body['stages'] as { name: string; ok: boolean; message: string }[]).at(-1);
      expect({ status, last }).toMatchObject({ status: 422, last: { name: stage, ok: false } });
      expect(last!.message).toContain(words);
      expect((await view()).reason).toBe(last!.message);
      await world.shop.settings({ stripAuth: false, apiKey: KEY, missing: [], httpsOnly: false });
    }
    expect(await act('test')).toMatchObject({ status: 200, body: { ok: true, state: 'tested' } });
    expect(await act('resync')).toMatchObject(refusedWith('a resync follows a first run'));
  });

  test('8: it is Syncing with its progress, refuses everything else meanwhile, and ends Enabled', async () => {
    // A shop that gives few rows a page takes long enough to look at.
    await world.shop.settings({ maxPerPage: 4 });
    expect(await act('start')).toMatchObject({
      status: 202,
      body: { state: 'syncing', actions: ['disable', 'remove'] },
    });
    const events = progress();
    const saved = await put({ perSecond: 4 });
    expect(saved).toMatchObject(refusedWith('Settings cannot be edited while the connection is syncing', 422));
    expect(await act('start')).toMatchObject(refusedWith('already in progress'));
    expect(await act('resync')).toMatchObject(refusedWith('already in progress'));
    expect(await act('test')).toMatchObject(refusedWith('wait until it has finished'));
    expect(await world.admin('POST', `${ONE}/test`)).toMatchObject(refusedWith('wait until it has finished'));
    const all = await events;
    expect(all.at(-1)).toMatchObject({ state: 'enabled', reason: '', progress: { phase: 'done' } });
    const counted = all.filter(({ progress: seen }) => seen?.phase === 'orders' && seen.total === 120);
    expect(counted.length).toBeGreaterThan(0);
    expect(counted[0]!.progress).toMatchObject({
      share: expect.any(Number) as number,
      text: expect.stringContaining('of 120') as string,
    });
    await world.shop.settings({ maxPerPage: 1000 });
    expect((await view()).actions).toEqual(['test', 'edit', 'resync', 'disable', 'remove']);
  });

  test('the list shows its metrics and is exported; the onsite tracking file can be imported', async () => {
    const { body } = await world.admin('GET', `${ONE}/list`);
    expect(body).toMatchObject({ name: 'CS-Cart customers', currency: 'EUR', orders: expect.any(Number) as number });
    const csv = await world.admin('GET', `${ONE}/list/export?format=csv`);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.text.trim().split('\r\n')).toHaveLength(Number(body['contacts']) + 1);
    const lines = await world.admin('GET', `${ONE}/list/export?format=jsonl&segment=buyers`);
    expect(lines.text.trim().split('\n')).toHaveLength(Number(body['buyers']));
    expect(await world.admin('GET', `${ONE}/list/export?segment=rich`)).toMatchObject({ status: 422 });
    const file = await world.admin('GET', `${ONE}/onsite-tracking`);
    expect(file.headers.get('content-disposition')).toContain('attachment');
    expect(checkContainer(file.body)).toEqual([]);
  });

  test('list name and address stay; any other changed setting needs a new test', async () => {
    for (const change of [{ listName: 'Another' }, { url: `${world.sandbox.url}/other` }])
      expect(await put(change)).toMatchObject(refusedWith('cannot be changed. Remove the connection', 422));
    expect((await put({ perSecond: 40 })).status).toBe(200);
    expect(await view()).toMatchObject({ state: 'untested', reason: expect.stringContaining('changed') as string });
    expect(await act('resync')).toMatchObject(refusedWith('Test the connection first'));
    expect(await act('test')).toMatchObject({ status: 200 });
    expect((await act('start')).status).toBe(202);
    expect(await rested()).toMatchObject({ state: 'enabled' });
  });

  test('from Enabled it is resynchronized on demand; Failed it says why and may be tried again', async () => {
    expect((await act('resync')).status).toBe(202);
    expect(await rested()).toMatchObject({ state: 'enabled' });
    // Down for so long that waiting within the run is no use.
    await world.shop.script([{ kind: 'rate-limit', header: 'retry-after', seconds: 3600 }]);
    expect((await act('resync')).status).toBe(202);
    expect(await rested()).toMatchObject({ state: 'failed', reason: expect.stringContaining('429') as string });
    await world.shop.settings({ missing: ['view_orders'] });
    expect((await act('resync')).status).toBe(202);
    const failed = await rested();
    expect(failed).toMatchObject({ state: 'failed', reason: expect.stringContaining('lacks a privilege') as string });
    expect(failed.actions).toContain('resync');
    await world.shop.settings({ missing: [] });
    expect((await act('resync')).status).toBe(202);
    expect(await rested()).toMatchObject({ state: 'enabled', reason: '' });
  });

  test.each([
    ['pause', 'resume'],
    ['sync/disable', 'sync/enable'],
  ])('after %s it is Disabled and not resynchronized; after %s it goes on', async (off, on) => {
    expect((await world.admin('POST', `${ONE}/${off}`)).status).toBe(200);
    expect(await view()).toMatchObject({ state: 'disabled', actions: ['test', 'edit', 'enable', 'remove'] });
    expect((await world.admin('GET', ONE)).body).toMatchObject({ enabled: false });
    expect(await act('resync')).toMatchObject(refusedWith('enable it first'));
    expect((await world.admin('POST', `${ONE}/${on}`)).status).toBe(200);
    expect(await view()).toMatchObject({ state: 'tested' });
    expect((await act('start')).status).toBe(202);
    expect(await rested()).toMatchObject({ state: 'enabled' });
  });

  test('the shop announces a paid order by itself, and it is read again through the API', async () => {
    expect(await act('hook')).toMatchObject({ status: 200 });
    const { id } = await world.merchant('POST', 'orders', { status: 'P', total: '64.00', email: 'jane@example.com' });
    const order = await until(() => world.order(String(id)), { what: 'the announced order' });
    expect(order).toMatchObject({ status: 'approved', total: '64.00', shopConfirmed: true });
    const { received } = await world.shop.state();
    expect(received.some(({ path }) => path.endsWith(`/orders/${String(id)}`))).toBe(true);
    const { hook } = await view();
    const forged = await fetch(hook.replace(/token=.*/, 'token=guessed'), { method: 'POST', body: '{"order_id":1}' });
    expect(forged.status).toBe(404);
  });

  test('a removal says first what it deletes, and then deletes it', async () => {
    expect((await view()) as object).toMatchObject({
      removalWarning: expect.stringMatching(/settings and secrets.*history.*list.*Google Tag Manager/) as string,
    });
    expect((await world.admin('DELETE', ONE)).status).toBe(204);
    for (const path of ['', '/sync', '/list', '/onsite-tracking'])
      expect((await world.admin('GET', ONE + path)).status).toBe(404);
    expect((await put()).status).toBe(201);
    expect(await view()).toMatchObject({ state: 'untested', progress: null, succeededAt: null });
    expect((await world.admin('GET', `${ONE}/list`)).body).toMatchObject({ contacts: 0, orders: 0 });
  });
});
