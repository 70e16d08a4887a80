import { describe, expect, test } from 'vitest';
import { createCatalogue } from '../../../collector/catalogue.ts';
import { validateSettings } from '../../../collector/kit/validate-settings.ts';
import { connect, customer, rawSettings, reportOf } from './seed-report.ts';
import type { Order } from '../../../collector/model/order.ts';
import saleForm from '../../../collector/destinations/sale-form.ts';
import salePixel from '../../../collector/destinations/sale-pixel.ts';
import { testContract } from './contract.ts';

const { findDestination } = createCatalogue();

testContract(salePixel, { settings: rawSettings['sale-pixel']! });
testContract(saleForm, { settings: rawSettings['sale-form']! });

function fired(name: string, more: Record<string, unknown> = {}, order: Partial<Order> = {}) {
  const { definition, settings } = connect(name, more);
  return definition.fire!(reportOf(order), settings);
}

const problems = (name: string, more: Record<string, unknown>) =>
  validateSettings(findDestination(name)!, { ...rawSettings[name], ...more }).problems;

describe('a sale pixel', () => {
  test('is the address of the panel with number and amount', () => {
    expect(fired('sale-pixel')).toEqual({
      kind: 'pixel',
      url: 'https://tenant.tracking.example/track?id=O1234567&amount=112.00',
    });
  });

  test("takes the panel's &amp; and either spelling", () => {
    const url = 'https://t.example/p/{order_id}?a={TOTAL}&amp;c={currency}&amp;v=1';
    expect(fired('sale-pixel', { url })).toEqual({
      kind: 'pixel',
      url: 'https://t.example/p/O1234567?a=112.00&c=USD&v=1',
    });
  });

  test('encodes by position, so that an order id adds no parameter', () => {
    const url = 'https://t.example/{orderId}/x?id={orderId}';
    expect(fired('sale-pixel', { url }, { orderId: 'A/1&b=2 #é"' })).toEqual({
      kind: 'pixel',
      url: 'https://t.example/A%2F1%26b%3D2%20%23%C3%A9%22/x?id=A%2F1%26b%3D2%20%23%C3%A9%22',
    });
  });

  test('drops parameters of which nothing is known and keeps a zero', () => {
    const url = 'https://t.example/p?coupon={coupon}&s={shipping}&d={discount}&k=';
    expect(fired('sale-pixel', { url }, { coupons: [], discount: 0 })).toMatchObject({
      url: 'https://t.example/p?d=0.00&k=',
    });
  });

  test.each([
    [
      'https://t.example/p?id={orderNumber}',
      /unknown placeholder \{orderNumber\}; known are \{click_id\}, .*\{order_id\}/,
    ],
    ['https://t.example/p?id={email_sha256}', /unknown placeholder/],
    ['https://t.example/p?id={secret.key}', /unknown placeholder/],
    ['https://t.example/p?id={{orderId}}', /brace/],
    ['https://{orderId}.example/p', /name its host in full/],
    ['javascript:alert(1)', /must be an address/],
    ['//t.example/p', /must be an address/],
  ])('refuses the template %s', (url, message) => {
    expect(problems('sale-pixel', { url })).toEqual([{ field: 'url', message: expect.stringMatching(message) }]);
  });
});

describe('a sale form', () => {
  const base = {
    kind: 'form',
    action: 'https://tenant.tracking.example/log',
    fields: { id: 'O1234567', amount: '112.00' },
  };

  test('posts hidden fields into a frame', () => {
    expect(fired('sale-form')).toEqual({ ...base, target: 'frame' });
  });

  test('leads the shopper away by a visible button, only if told to', () => {
    expect(fired('sale-form', { target: 'page' })).toEqual({ ...base, target: 'page', button: 'Click to Continue' });
  });

  test('leaves values to the browser to encode and drops unknown ones', () => {
    const fields = { id: 'no-{orderId}', coupon: '{coupon}', fixed: '' };
    expect(fired('sale-form', { fields }, { orderId: 'a&b "ü"', coupons: [] })).toMatchObject({
      fields: { id: 'no-a&b "ü"', fixed: '' },
    });
  });

  test('names the field whose placeholder is unknown', () => {
    expect(problems('sale-form', { fields: { id: '{orderId}', x: '{nope}' } })).toEqual([
      { field: 'fields.x', message: expect.stringContaining('unknown placeholder {nope}') },
    ]);
  });
});

test('nothing personal and no secret reaches a page, whatever the order carries', () => {
  for (const name of ['sale-pixel', 'sale-form']) {
    const { definition } = connect(name);
    expect(definition.uses ?? []).toEqual([]);
    expect(JSON.stringify(fired(name, {}, { personal: customer }))).not.toMatch(/jane/i);
  }
});
