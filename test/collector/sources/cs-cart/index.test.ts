import { describe, expect, it } from 'vitest';
import type { Settings } from '../../../../collector/kit/setting.ts';
import { validateSettings } from '../../../../collector/kit/validate-settings.ts';
import type { HttpResponse } from '../../../../collector/model/http.ts';
import { shopAddress } from '../../../../collector/sources/cs-cart/address.ts';
import csCart from '../../../../collector/sources/cs-cart/index.ts';

const settings: Settings = {
  listName: 'CS-Cart customers',
  url: 'https://shop.example/store/',
  apiKey: 'SandboxKeySandboxKeySandboxKey01',
  adminEmail: 'ops@shop.example',
  currency: 'EUR',
};
const sync = csCart.sync!;
const authorization = `Basic ${Buffer.from('ops@shop.example:SandboxKeySandboxKeySandboxKey01').toString('base64')}`;
const headers = { accept: 'application/json', authorization };

const json = (body: unknown, status = 200): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const page = (status: number): HttpResponse => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: '<!DOCTYPE html><html></html>',
});

describe('requests to CS-Cart', () => {
  it('go to API 2.0 below the sub-folder, with the Basic header', () => {
    expect(sync.backfill.orders.request({ page: 3, perPage: 250 }, settings)).toEqual({
      method: 'GET',
      url: 'https://shop.example/store/api/2.0/orders?sort_by=order_id&sort_order=asc&page=3&items_per_page=250',
      headers,
    });
    expect(sync.backfill.customers.request({ page: 1, perPage: 250 }, settings)).toEqual({
      method: 'GET',
      url: 'https://shop.example/store/api/2.0/users?user_type=C&sort_by=id&sort_order=asc&page=1&items_per_page=250',
      headers,
    });
  });

  it('send times as unix seconds, and never without a period', () => {
    const since = Date.UTC(2026, 0, 1);
    const query = { page: 1, perPage: 250, since };
    expect(sync.changes.orders.request(query, settings).url).toContain('&updated_at_from=1767225600');
    expect(sync.changes.placed.request(query, settings).url).toContain('&period=C&time_from=1767225600&time_to=');
  });

  it('can be scoped to a storefront, and travel as a parameter', () => {
    expect(sync.order.request('12', { ...settings, companyId: '3' }).url).toBe(
      'https://shop.example/store/api/2.0/stores/3/orders/12',
    );
    expect(sync.order.request('12', { ...settings, noRewrite: true }).url).toBe(
      'https://shop.example/store/api.php?_d=orders%2F12&ajax_custom=1',
    );
  });

  it('of the first stage of the test carry no credentials', () => {
    expect(csCart.test[0]?.request(settings)).toEqual({
      method: 'GET',
      url: 'https://shop.example/store/api/2.0/version',
      headers: { accept: 'application/json' },
    });
  });
});

describe('settings of CS-Cart', () => {
  const fields = (changed: Settings) =>
    validateSettings(csCart, { ...settings, ...changed }).problems.map(({ field }) => field);

  it('are those of the founding document and the currency', () => {
    expect(fields({})).toEqual([]);
    const required = Object.entries(csCart.settings)
      .filter(([, setting]) => setting.required)
      .map(([name]) => name);
    expect(required).toEqual(['listName', 'url', 'apiKey', 'adminEmail', 'currency']);
    expect(csCart.settings['apiKey']?.secret).toBe(true);
  });

  it('refuse what would not work, each by name', () => {
    expect(fields({ currency: 'EURO' })).toContain('currency');
    expect(fields({ adminEmail: 'ops' })).toContain('adminEmail');
    expect(fields({ url: 'https://ops:key@shop.example' })).toContain('url');
    expect(fields({ statusMap: { I: 'gone' } })).toContain('statusMap.I');
    expect(fields({ url: 'http://shop.example' })).toEqual([]);
  });

  it('take the address as people paste it', () => {
    for (const pasted of [
      'https://shop.example/store',
      'https://shop.example/store/',
      'https://shop.example/store/admin.php?x=1',
      'https://shop.example/store/api/2.0/',
    ]) {
      expect(shopAddress(pasted)?.href).toBe('https://shop.example/store');
    }
  });
});

describe('answers of CS-Cart', () => {
  const fault = (response: HttpResponse) => {
    const reading = sync.backfill.orders.read(response, settings);
    return 'fault' in reading ? reading.fault : undefined;
  };

  it('that are refusals say what to fix, and whether waiting helps', () => {
    expect(fault(json({ message: 'Unauthorized' }, 401))).toMatchObject({
      temporary: false,
      message: expect.stringMatching(/every earlier one invalid.*Authorization header/) as string,
    });
    expect(fault(json({ message: 'The API is only accessible over HTTPS' }, 403))?.message).toContain('https://');
    expect(fault(json({ message: 'Forbidden' }, 403))?.message).toContain('View orders');
    expect(fault(page(200))).toMatchObject({
      temporary: true,
      message: expect.stringContaining('mod_rewrite') as string,
    });
    expect(fault(page(404))).toMatchObject({ temporary: false });
    expect(fault(page(403))).toMatchObject({ temporary: true, message: expect.stringContaining('firewall') as string });
    expect(fault(page(503))).toMatchObject({ temporary: true });
    expect(fault(json({}, 429))).toMatchObject({ temporary: true });
    expect(fault({ status: 301, headers: { location: 'https://www.shop.example/' }, body: '' })?.message).toContain(
      'https://www.shop.example/',
    );
    expect(fault(json({ nothing: true }))).toMatchObject({ temporary: false });
  });

  it('are read from strings, from numbers and from the bare list of API 1.0', () => {
    const row = {
      order_id: '97',
      user_id: '0',
      is_parent_order: 'N',
      parent_order_id: '0',
      timestamp: '1456917981',
      status: 'P',
      total: '677.95',
      email: 'jane@example.com',
    };
    const expected = { id: '97', status: 'P', total: 67795, placedAt: 1456917981000, email: 'jane@example.com' };
    const params = { items_per_page: '250', total_items: '1200' };
    expect(sync.backfill.orders.read(json({ orders: [row], params }), settings)).toEqual({
      value: { rows: [expected], size: 1, total: 1200, perPage: 250, problems: [] },
    });
    const numbers = { ...row, order_id: 97, user_id: 0, timestamp: 1456917981, total: 677.95 };
    expect(sync.backfill.orders.read(json([numbers]), settings)).toEqual({
      value: { rows: [expected], size: 1, total: 1, perPage: 1, problems: [] },
    });
  });

  it('have their built-in letters right', () => {
    expect(sync.statusMap([], settings)).toMatchObject({
      P: 'approved',
      C: 'approved',
      O: 'pending',
      I: 'cancelled',
      N: 'ignore',
    });
    expect(sync.statusMap([{ status: 'I', name: 'Incomplete', meaning: 'pending' }], settings)).toMatchObject({
      I: 'cancelled',
    });
    expect(sync.statusMap([], { ...settings, statusMap: { O: 'approved' } })).toMatchObject({ O: 'approved' });
  });
});
