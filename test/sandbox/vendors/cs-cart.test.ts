import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addOrder, changeOrder } from '../../../sandbox/vendors/cs-cart/shop.ts';
import { csCartOf, type CsCartVendor } from '../../../sandbox/vendors/cs-cart/index.ts';
import { splitOrder } from '../../../sandbox/vendors/cs-cart/merchant.ts';
import { startSandbox, type Sandbox } from '../../../sandbox/server.ts';
import { controlOf } from '../control.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
const authorization = basic('ops@shop.example:SandboxKeySandboxKeySandboxKey01');

let sandbox: Sandbox;
let vendor: CsCartVendor;
const control = controlOf(() => sandbox, 'cs-cart');

beforeEach(async () => {
  vendor = csCartOf({ customers: 30, orders: 25, start: NOW / 1000 - 86_400 }, { clock: () => NOW });
  sandbox = await startSandbox({ vendors: [() => vendor], clock: () => NOW });
});
afterEach(() => sandbox.stop());

interface Body {
  orders: Record<string, string>[];
  users: Record<string, string>[];
  params: Record<string, string>;
  message: string;
}

async function get(path: string, headers: Record<string, string> = { authorization }) {
  const response = await fetch(`${sandbox.url}/cs-cart${path}`, { headers });
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? (JSON.parse(text) as Body) : ({ message: text } as Body),
  };
}

describe('the sandbox CS-Cart', () => {
  it('shows ten newest orders unless asked, with strings for numbers, the echo of the parameters included', async () => {
    const { body } = await get('/api/2.0/orders');
    expect(body.orders.map((order) => order['order_id'])).toEqual([
      '25',
      '24',
      '23',
      '22',
      '21',
      '20',
      '19',
      '18',
      '17',
      '16',
    ]);
    expect(body.orders[0]?.['total']).toMatch(/^\d+\.\d\d$/);
    expect(body.params).toMatchObject({ items_per_page: '10', total_items: '25' });
  });

  it('knows the versions as 4.15 does: 2.0 and none, not 2; 1.0 is everything in a bare array', async () => {
    expect((await get('/api/2.0/version')).body).toEqual({ Version: '2.0' });
    expect((await get('/api/orders')).status).toBe(200);
    expect((await get('/api/2/orders')).status).toBe(404);
    expect((await get('/api/1.0/orders')).body).toHaveLength(25);
    expect((await get('/api.php?_d=orders&ajax_custom=1')).body.orders).toHaveLength(10);
    expect((await get('/api/2.0/stores/1/orders')).body.orders).toHaveLength(10);
  });

  it('ignores times without a period, and reads any other spelling of a time as now', async () => {
    const total = async (query: string) => (await get(`/api/2.0/orders?${query}`)).body.params['total_items'];
    expect(await total('time_from=1999999999')).toBe('25');
    expect(await total('period=C&time_from=1999999999&time_to=2999999999')).toBe('0');
    expect(await total('period=C&time_from=2001-01-01&time_to=2999999999')).toBe('0');
    changeOrder(vendor.shop, 3, { status: 'I' });
    expect(await total(`updated_at_from=${NOW / 1000}`)).toBe('1');
    vendor.traps.updatedFilter = false;
    expect(await total(`updated_at_from=${NOW / 1000}`)).toBe('25');
  });

  it('hides parents of split checkouts and incomplete orders, and finds e-mails by a part of them', async () => {
    const { parent } = splitOrder(vendor, [{ total: '1.00' }, { total: '2.00' }]);
    addOrder(vendor.shop, { status: 'N', email: 'left@mail.example' });
    const ids = async (query: string) =>
      (await get(`/api/2.0/orders?${query}`)).body.orders.map((order) => Number(order['order_id']));
    expect(await ids('items_per_page=3')).toEqual([28, 27, 25]);
    expect(await ids(`parent_order_id=${parent.id}&sort_order=asc`)).toEqual([27, 28]);
    expect(await ids('status=N')).toEqual([29]);
    expect(await ids('include_incompleted=Y&email=left@')).toEqual([29]);
  });

  it('mixes administrators with customers unless asked for customers, ten a page', async () => {
    const total = async (query: string) => (await get(`/api/2.0/users?${query}`)).body.params['total_items'];
    expect(await total('')).toBe('31');
    expect(await total('user_type=C')).toBe('30');
    expect((await get('/api/2.0/users?user_type=C')).body.users).toHaveLength(10);
  });

  it('answers 401 to every kind of wrong credentials with the same header, and names a missing privilege by nothing but 403', async () => {
    const refused = [{}, { authorization: basic('ops@shop.example:old') }, { authorization: 'Bearer x' }];
    for (const headers of refused) {
      const { status, headers: answered } = await get('/api/2.0/version', headers as Record<string, string>);
      expect([status, answered.get('www-authenticate')]).toEqual([401, 'Basic realm="User email/API key"']);
    }
    for (const trap of [{ stripAuth: true }, { inactive: true }]) {
      await control.settings(trap);
      expect((await get('/api/2.0/version')).status).toBe(401);
      Object.assign(vendor.traps, { stripAuth: false, inactive: false });
    }
    await control.settings({ missing: ['view_users'] });
    expect((await get('/api/2.0/users')).status).toBe(403);
    expect((await get('/api/2.0/orders')).status).toBe(200);
  });

  it('answers with pages of HTML where a shop does', async () => {
    await control.settings({ maintenance: 200 });
    expect((await get('/api/2.0/version')).headers.get('content-type')).toContain('text/html');
    await control.settings({ maintenance: 0, noRewrite: true });
    expect((await get('/api/2.0/version')).status).toBe(404);
    await control.settings({ noRewrite: false, httpsOnly: true });
    expect((await get('/api/2.0/version')).body.message).toBe('The API is only accessible over HTTPS');
  });

  it('refuses what CS-Cart refuses: other media types, other methods', async () => {
    expect((await get('/api/2.0/orders', { authorization, accept: 'text/plain' })).status).toBe(406);
    const post = (path: string, headers: Record<string, string>) =>
      fetch(`${sandbox.url}/cs-cart${path}`, { method: 'POST', headers: { authorization, ...headers }, body: '{}' });
    expect((await post('/api/2.0/zapier_hooks', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post('/api/2.0/zapier_hooks', { 'content-type': 'application/json' })).status).toBe(400);
    expect((await post('/api/2.0/orders', { 'content-type': 'application/json' })).status).toBe(405);
  });

  it('lets a merchant place, change and delete orders by hand', async () => {
    const merchant = (method: string, path: string, body?: object) =>
      fetch(`${sandbox.url}/cs-cart/merchant/${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    expect((await merchant('POST', 'orders', { status: 'P', total: '9.90' })).status).toBe(201);
    expect((await merchant('PATCH', 'orders/26', { status: 'I' })).status).toBe(200);
    expect((await get('/api/2.0/orders/26')).body).toMatchObject({ order_id: 26, status: 'I', total: '9.90' });
    expect((await merchant('DELETE', 'orders/26')).status).toBe(204);
    expect((await get('/api/2.0/orders/26')).status).toBe(404);
  });
});
