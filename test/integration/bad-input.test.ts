import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerOf, startCollector, type Collector } from '../harness/collector.ts';
import { seedOrder } from '../harness/impact-world.ts';

/** No currency of its own: an order without one is refused until the shop's settings are mended. */
const yaml = (more = ''): string => `
sites:
  - id: shop
    domains: [shop.example]
    consent: granted
${more}
    connections: []
`;

let collector: Collector;
let bearer: Record<string, string>;
beforeAll(async () => {
  collector = await startCollector({ yaml: yaml() });
  bearer = { authorization: `Bearer ${await collector.key()}` };
});
afterAll(() => collector?.remove());

const kept = async (): Promise<{ id: string; seen: number; errors: { field: string }[] }[]> =>
  JSON.parse((await collector.run('quarantine', 'list', '--json')).out) as never;

const order = (more: object) => seedOrder('Obad', more);
const items = (count: number) => Array.from({ length: count }, (_, index) => ({ sku: `S${index}`, price: '1.00' }));
const long = 'x'.repeat(10_240);

describe('an order that can not be used', () => {
  test.each<[string, unknown, number, string[]]>([
    ['malformed JSON', '{"orderId":"Obad",', 400, ['body']],
    ['nothing', '', 400, ['body']],
    ['a list', '[]', 400, ['body']],
    ['text', '"order"', 400, ['body']],
    ['no order id', order({ orderId: undefined }), 422, ['orderId']],
    ['a bad currency', order({ currency: 'dollars' }), 422, ['currency']],
    ['a negative total', order({ total: '-112.00' }), 422, ['total']],
    ['an absurd total', order({ total: 1e14 }), 422, ['total']],
    ['a total of text', order({ total: 'a lot' }), 422, ['total']],
    ['an order id that nobody filled in', order({ orderId: '{{ order.id }}' }), 422, ['orderId']],
    ['two numbers in a total', order({ total: '23,47 лв. (12,00 €)' }), 422, ['total']],
    [
      'everything wrong at once',
      { orderId: '', total: {}, currency: [], items: [7] },
      422,
      ['orderId', 'currency', 'total'],
    ],
    ['a prototype', '{"__proto__":{"orderId":"Obad"},"constructor":1}', 422, ['orderId', 'currency', 'total']],
    ['a byte that is no text', '\u0000', 400, ['body']],
  ])('%s is refused on every door, and the answer names each field', async (_name, body, status, fields) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const browser = await collector.browser('conversion', text);
    expect(browser.status).toBe(status);
    expect(browser.body.errors!.map(({ field }) => field)).toEqual(fields);
    expect(browser.body.errors!.every(({ message }) => message.length > 10)).toBe(true);
    const shop = await collector.api('POST', '/v1/orders', text, { ...bearer, 'content-type': 'application/json' });
    expect([400, 422]).toContain(shop.status);
    expect(shop.body.errors!.length).toBeGreaterThan(0);
    expect((await collector.api('GET', '/v1/orders/Obad', undefined, bearer)).status).toBe(404);
  });

  test.each<[string, object, string]>([
    ['a thousand items', { items: items(1000) }, 'items'],
    ['an item that is none', { items: [7] }, 'items[0]'],
    ['an item without price', { items: [{ sku: 'A' }] }, 'items[0].price'],
    ['two currencies', { items: [{ sku: 'A', price: 1, currency: 'EUR' }] }, 'items[0].currency'],
    ['shipping in words', { shipping: 'Free shipping' }, 'shipping'],
    ['a click id with a semicolon', { clicks: { irclickid: 'a; Max-Age=1' } }, 'clicks.irclickid'],
    ['a click id with a line break', { clicks: { irclickid: 'a\r\nSet-Cookie: b=1' } }, 'clicks.irclickid'],
    ['a click id with a quote', { clicks: { irclickid: 'a"' } }, 'clicks.irclickid'],
    ['a click id with an emoji', { clicks: { irclickid: '🛒' } }, 'clicks.irclickid'],
    ['a click id of 10 kB', { clicks: { irclickid: long } }, 'clicks.irclickid'],
  ])('%s costs no sale: it is left out, and the answer names it', async (name, more, field) => {
    const taken = { ...order(more), orderId: `Odetail ${name}` };
    const browser = await collector.browser('conversion', JSON.stringify(taken));
    const warnings = browser.body.warnings as unknown as { field: string }[];
    expect([browser.status, warnings.map((warning) => warning.field)]).toEqual([200, [field]]);
    const shop = await collector.api('POST', '/v1/orders', taken, bearer);
    expect(shop.status).toBeLessThan(300);
    const change = await collector.api('PATCH', `/v1/orders/${encodeURIComponent(taken.orderId)}`, more, bearer);
    if (!('clicks' in more))
      expect([change.status, change.body.errors?.map((one) => one.field)]).toEqual([422, [field]]);
  });

  test('an order is found under every spelling of its number', async () => {
    await collector.api('POST', '/v1/orders', { ...order({}), orderId: ' Caf\u00e9\u00a07 ' }, bearer);
    const path = `/v1/orders/${encodeURIComponent(' Cafe\u0301 7')}`;
    expect(await collector.api('PATCH', path, { total: '100.00' }, bearer)).toMatchObject({
      body: { orderId: 'Caf\u00e9 7', result: 'updated' },
    });
    expect((await collector.api('GET', path, undefined, bearer)).body).toMatchObject({ total: '100.00' });
    const again = { ...order({}), orderId: 'Cafe\u0301 7', total: '100.00' };
    expect((await collector.api('POST', '/v1/orders', again, bearer)).body['result']).not.toBe('accepted');
  });

  test('a body of 1 MB is refused with its limit and the connection stays usable', async () => {
    const answer = await collector.browser(
      'conversion',
      JSON.stringify({ ...order({}), custom: { note: 'x'.repeat(1 << 20) } }),
    );
    expect(answer).toMatchObject({
      status: 413,
      body: { errors: [{ field: 'body', message: expect.stringContaining('256 kB') }] },
    });
    const shop = await collector.api('POST', '/v1/orders', 'x'.repeat(9 << 20), bearer);
    expect(shop).toMatchObject({ status: 413, body: { errors: [{ field: 'body' }] } });
  });

  test('an unknown site, a foreign page, a wrong method and a wrong path each have their own answer', async () => {
    const post = (path: string, headers: Record<string, string> = {}) =>
      collector.api('POST', path, order({}), headers);
    expect(await post('/t/nobody/conversion')).toMatchObject({ status: 404, body: { errors: [{ field: 'site' }] } });
    expect(await post('/t/shop/conversion', { origin: 'https://evil.example' })).toMatchObject({
      status: 403,
      body: { errors: [{ field: 'origin', message: expect.stringContaining('evil.example') }] },
    });
    expect(await post('/t/shop/nothing')).toMatchObject({ status: 404, body: { errors: [{ field: 'path' }] } });
    expect(await post('/nowhere')).toMatchObject({ status: 404, body: { errors: [{ field: 'path' }] } });
    const get = await collector.api('GET', '/t/shop/conversion', undefined, {});
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    for (const path of ['/t/%ZZ/conversion', '/t/../conversion', '/t//conversion', '/t/shop/', '/v1/orders/%E0%A4%A'])
      expect((await post(path)).status).toBeGreaterThanOrEqual(400);
    expect((await collector.api('PATCH', '/v1/orders/%ZZ', {}, bearer)).status).toBe(400);
  });

  test('a pixel and a form with bad fields name them, and never redirect anywhere but to the configured page', async () => {
    const pixel = await collector.api('GET', '/t/shop/sale?id=&amount=abc', undefined, {});
    expect(pixel.status).toBe(422);
    expect(pixel.body.errors!.map(({ field }) => field)).toEqual(expect.arrayContaining(['id', 'amount']));
    const form = await answerOf(
      await fetch(`${collector.url}/t/shop/sale`, {
        ...{ method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
        body: 'id=Obad&amount=1&currency=USD&next=https://evil.example/',
      }),
    );
    expect([form.status, form.headers.get('location')]).toEqual([200, null]);
  });

  test('nothing of all this was a fault of ours', () => {
    expect(collector.log()).not.toMatch(/could not store|request failed|"level":(50|60)/);
  });
});

describe('quarantine', () => {
  test('lists, shows and replays an order once the cause is mended, with the time of the sale', async () => {
    const { currency: _currency, ...slip } = seedOrder('Oslip');
    const before = Date.now();
    for (let times = 0; times < 3; times += 1) {
      const sent = { ...slip, placedAt: undefined };
      expect((await collector.browser('conversion', sent)).body.errors).toMatchObject([{ field: 'currency' }]);
    }
    const row = (await kept()).find(({ seen, errors }) => seen === 3 && errors[0]?.field === 'currency')!;
    const shown = JSON.parse((await collector.run('quarantine', 'show', row.id, '--json')).out) as {
      body: string;
      at: string;
    };
    expect(JSON.parse(shown.body)).toMatchObject({ orderId: 'Oslip', total: '112.00' });
    expect((await collector.run('quarantine', 'replay', row.id)).out).toMatch(
      /^0 of 1 refused order taken\.\n.*currency is missing/,
    );

    await collector.apply(yaml('    currency: USD'));
    expect((await collector.run('quarantine', 'replay', row.id)).out).toMatch(
      /^1 of 1 refused order taken\.\n.*accepted/,
    );
    expect((await kept()).map(({ id }) => id)).not.toContain(row.id);
    const order = (await collector.api('GET', '/v1/orders/Oslip', undefined, bearer)).body;
    expect(order).toMatchObject({ total: '112.00', currency: 'USD' });
    // It was placed when it was refused, not when somebody mended the template.
    expect(order['placedAt']).toBe(shown.at);
    expect(Date.parse(shown.at)).toBeGreaterThanOrEqual(before);
  });

  test('drops what nobody wants', async () => {
    const [row] = await kept();
    expect((await collector.run('quarantine', 'drop', row!.id)).out).toBe('Removed: 1 refused order.\n');
    expect((await collector.run('quarantine', 'show', row!.id)).code).toBe(1);
  });
});
