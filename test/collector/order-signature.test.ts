/** The signed order field: what proves an amount, what is refused, and that the recipes in the documents sign alike. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Order } from '../../collector/event.ts';
import { checkSignature, orderSignature } from '../../collector/order-signature.ts';

const KEY = 'ctord_invented-for-this-test';
const order: Order = {
  orderId: '1001',
  total: 11200,
  currency: 'USD',
  coupons: [],
  placedAt: 0,
  status: 'approved',
  items: [],
  personal: {},
};
const signed = (total: string, key = KEY): string => orderSignature(key, { orderId: '1001', total, currency: 'USD' });
const check = (sent: Record<string, unknown>, options: { keys?: string[]; required?: boolean } = {}) =>
  checkSignature({
    sent: { total: '112.00', ...sent },
    order,
    keys: options.keys ?? [KEY],
    required: options.required ?? false,
  });

describe('a signed order', () => {
  it('is proven by the signature over its canonical total', () => {
    expect(check({ signature: signed('112.00') })).toEqual({ proven: true });
  });

  it('is proven by the signature over the total as it was sent', () => {
    expect(check({ total: '112', signature: signed('112') })).toEqual({ proven: true });
  });

  it('is proven by any key in force, so that a key can be replaced without a gap', () => {
    expect(check({ signature: signed('112.00', 'the-next-key') }, { keys: [KEY, 'the-next-key'] })).toEqual({
      proven: true,
    });
  });

  it('is taken unproven without a signature, unless the site requires one', () => {
    expect(check({})).toEqual({ proven: false });
    expect(check({}, { required: true }).problem).toMatchObject({
      field: 'signature',
      message: expect.stringContaining('is missing'),
    });
  });

  it.each([
    ['another total', { signature: signed('1.00') }, 'does not match'],
    ['another key', { signature: signed('112.00', 'somebody-else') }, 'does not match'],
    ['no hexadecimal digits', { signature: 'yes' }, '64 hexadecimal'],
  ])('is refused when it was signed with %s', (_name, sent, message) => {
    expect(check(sent).problem).toMatchObject({ field: 'signature', message: expect.stringContaining(message) });
  });

  it('is refused where the site has no key to check it with', () => {
    expect(check({ signature: signed('112.00') }, { keys: [] }).problem?.message).toContain('key create SITE --order');
  });

  it('is made the same by the Node recipe of the documents', async () => {
    const page = readFileSync(new URL('../../docs/recipes/signed-orders.md', import.meta.url), 'utf8');
    const source = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const recipe = (await import(`data:text/javascript,${encodeURIComponent(source)}`)) as {
      clickthreadSignature(key: string, order: object): string;
    };
    expect(recipe.clickthreadSignature(KEY, { orderId: '1001', total: '112.00', currency: 'USD' })).toBe(
      signed('112.00'),
    );
  });
});
