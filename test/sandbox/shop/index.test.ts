/** The demo shop over HTTP: its two sites, the seed's order, fresh orders, and what a hostile order id can do (nothing). */
import { afterEach, expect, it } from 'vitest';
import { SEED_ORDER_ID, shopOrder } from '../../../sandbox/shop/order.ts';
import { startShop, type Shop, type ShopOptions } from '../../../sandbox/shop/index.ts';

let shop: Shop;
afterEach(() => shop.stop());

async function open(options: Partial<ShopOptions> = {}): Promise<void> {
  shop = await startShop({ collectorPort: 8787, clock: () => Date.parse('2026-11-20T12:00:00Z'), ...options });
}
const text = async (path: string, base = shop.checkoutUrl) => (await fetch(base + path)).text();
const reported = (html: string) =>
  JSON.parse(/clickthread\('conversion', (.*)\);<\/script>/.exec(html)![1]!) as unknown;

it('loads the tag from the host of each page, so that it is same-site on both', async () => {
  await open({ site: 'other', prefix: '/x' });
  expect(await text('/', shop.shopUrl)).toContain('<script async src="http://localhost:8787/x/other.js"></script>');
  expect(await text('/checkout')).toContain('<script async src="http://127.0.0.1:8787/x/other.js"></script>');
});

it('leads to the checkout on the other host by link, GET form, POST form and by hand', async () => {
  await open();
  const html = await text('/product', shop.shopUrl);
  const checkout = `${shop.checkoutUrl}/checkout`;
  expect(html).toContain(`id="checkout-link" href="${checkout}"`);
  expect(html).toContain(`<form method="get" action="${checkout}">`);
  expect(html).toContain(`<form method="post" action="${checkout}">`);
  expect((await fetch(checkout, { method: 'POST' })).status).toBe(200);
});

it('reports the order of the founding document', async () => {
  await open();
  expect(reported(await text('/thanks'))).toEqual({
    ...{
      orderId: 'O1234567',
      total: '112.00',
      currency: 'USD',
      subtotal: '127.00',
      discount: '15.00',
      coupons: ['15BUCKSOFF'],
    },
    ...{ placedAt: '2024-08-01T23:55:24-08:00', customer: { id: 'BCZ2WVSH674563PDPYOTM3AXDQ' } },
    items: [
      { sku: '1ABC2345', name: 'Product Name 1', category: 'Hardware', quantity: 2, price: '14.00' },
      { sku: '9ZXY7654', name: 'Product Name 2', category: 'Gardening', quantity: 3, price: '33.00' },
    ],
  });
  expect(reported(await text('/thanks?order=O2&at=now&email=jane@example.com'))).toMatchObject({
    ...{ orderId: 'O2', placedAt: '2026-11-20T12:00:00.000Z', customer: { email: 'jane@example.com' } },
  });
});

it('makes fresh orders in the demo, and a reload shows the same one', async () => {
  await open({ demo: true });
  const first = await fetch(`${shop.checkoutUrl}/thanks?via=call`, { redirect: 'manual' });
  const second = await fetch(`${shop.checkoutUrl}/thanks`, { redirect: 'manual' });
  const location = first.headers.get('location')!;
  expect(location).toMatch(/^\/thanks\?via=call&order=D[0-9A-Z]+-1$/);
  expect(second.headers.get('location')).not.toBe(location);
  expect(reported(await text(location))).toEqual(reported(await text(location)));
});

it('takes a payment with the hidden fields and shows the order on the thank-you page', async () => {
  await open();
  const body = new URLSearchParams({ order: 'O9', email: 'jane@example.com', irclickid: 'Qii', journey: 'token' });
  const response = await fetch(`${shop.checkoutUrl}/pay`, { method: 'POST', body, redirect: 'manual' });
  expect([response.status, response.headers.get('location')]).toEqual([303, '/thanks?order=O9']);
  expect(shop.orders()).toEqual([
    {
      order: shopOrder({ orderId: 'O9', email: 'jane@example.com', placedAt: '2026-11-20T12:00:00.000Z' }),
      irclickid: 'Qii',
      journey: 'token',
    },
  ]);
  expect(reported(await text('/thanks?order=O9'))).toMatchObject({ customer: { email: 'jane@example.com' } });
});

it('tells about the sale in every way that shops do', async () => {
  await open();
  expect(await text('/thanks?via=datalayer')).toContain(
    'dataLayer.push({"event":"purchase","ecommerce":{"transaction_id":"O1234567","value":112',
  );
  expect(await text('/thanks?via=attribute')).toContain(`<div data-clickthread-order='{"orderId":"O1234567"`);
  expect(await text('/thanks?via=pixel')).toContain(
    '<img src="http://127.0.0.1:8787/t/shop/sale?id=O1234567&amp;amount=112.00&amp;currency=USD"',
  );
  expect(await text('/thanks?via=form')).toContain('<form method="post" action="http://127.0.0.1:8787/t/shop/sale">');
  expect(await text('/thanks?via=form&order=A%2FB')).toContain('name="id" value="A/B"');
  expect((await fetch(`${shop.checkoutUrl}/thanks?via=fax`)).status).toBe(400);
});

it('asks for consent where the address says so, on every step', async () => {
  await open();
  for (const path of ['/', '/product', '/checkout', '/thanks']) {
    expect(await text(path)).not.toContain('consent-banner');
    expect(await text(`${path}?consent=ask`)).toContain('consent-banner');
  }
});

it('cannot be made to run a script by an order id', async () => {
  await open();
  const hostile = `</script><img src=x onerror="alert(1)">'&`;
  for (const via of ['call', 'datalayer', 'attribute', 'pixel', 'form']) {
    const html = await text(`/thanks?via=${via}&order=${encodeURIComponent(hostile)}`);
    expect(html).not.toContain('<img src=x');
  }
  expect(reported(await text(`/thanks?order=${encodeURIComponent(hostile)}`))).toMatchObject({ orderId: hostile });
  expect(await text('/thanks')).toContain(SEED_ORDER_ID);
});
