import { expect, test } from 'vitest';
import { gtmContainer } from '../../../collector/tag-files/gtm-files.ts';
import { siteOf } from '../../harness/sites.ts';
import { openAdmin } from '../http/setup.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const shop = (id: string, currency: string): string =>
  `{ id: ${id}, type: cs-cart, settings: { url: "https://${id}.example", adminEmail: ops@shop.example, apiKey: SandboxKeySandboxKeySandboxKey01, listName: ${id}, currency: ${currency} } }`;

interface File {
  containerVersion: { variable: { name: string; parameter: { key: string; value: string }[] }[] };
}

/** The one constant of the file that decides in what money orders are reported. */
const currencyIn = (file: unknown): string | undefined =>
  (file as File).containerVersion.variable
    .find(({ name }) => name === 'Clickthread - currency')
    ?.parameter.find(({ key }) => key === 'value')?.value;

const make = async (connections: string[], more: object = {}) => {
  const site = await siteOf(connections);
  return currencyIn(JSON.parse(gtmContainer({ site, collector: 'https://t.shop.example/t', now: NOON, ...more })));
};

test('the file is in the currency of the shop that it is for', async () => {
  const shops = [shop('north', 'EUR'), shop('east', 'RON')];
  expect(await make(shops, { connection: 'north' })).toBe('EUR');
  expect(await make(shops, { connection: 'east' })).toBe('RON');
  expect(await make([shop('north', 'EUR'), shop('east', 'EUR')])).toBe('EUR');
  expect(await make(shops, { orderSource: 'ga4' })).toBe('USD');
  expect(await make([])).toBe('USD');
});

test('where it could be either, the connection has to be named, and be one', async () => {
  const shops = [shop('north', 'EUR'), shop('east', 'RON')];
  await expect(make(shops)).rejects.toThrow(/several CS-Cart shops \(north, east\) in several currencies/);
  await expect(make(shops, { connection: 'west' })).rejects.toThrow(/no CS-Cart connection "west"; it has north, east/);
});

test('each connection’s onsite tracking file is its own', async () => {
  const { ask } = await openAdmin();
  for (const [id, currency] of [
    ['north', 'EUR'],
    ['east', 'RON'],
  ] as const) {
    const settings = {
      ...{ url: `https://${id}.example`, adminEmail: 'ops@shop.example', listName: id, currency },
      apiKey: 'SandboxKeySandboxKeySandboxKey01',
    };
    expect((await ask('PUT', `/sites/shop/connections/${id}`, { type: 'cs-cart', settings })).status).toBe(201);
  }
  for (const [id, currency] of [
    ['north', 'EUR'],
    ['east', 'RON'],
  ] as const) {
    const { body, headers } = await ask('GET', `/sites/shop/connections/${id}/onsite-tracking`);
    expect([currencyIn(body), headers.get('content-disposition')]).toEqual([
      currency,
      `attachment; filename="clickthread-shop-${id}-onsite-tracking.json"`,
    ]);
    expect(currencyIn((await ask('GET', `/sites/shop/gtm/container?connection=${id}`)).body)).toBe(currency);
  }
  expect(await ask('GET', '/sites/shop/gtm/container')).toMatchObject({
    status: 422,
    body: { errors: [{ message: expect.stringContaining('name the connection') }] },
  });
});
