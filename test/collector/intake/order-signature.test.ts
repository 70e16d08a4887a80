/** The signed order field: what proves an amount, what is refused, and that the recipes in the documents sign alike. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Order } from '../../../collector/model/order.ts';
import { hmacSha256 } from '../../../collector/lib/hash.ts';
import { readIdentity } from '../../../collector/intake/read-identity.ts';
import { checkSignature, orderSignature, signedText } from '../../../collector/intake/order-signature.ts';

const NOON = Date.parse('2026-11-20T12:00:00Z');
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
/** The short form proves the amount and says nothing of its time. */
const PROVEN = { proof: { fields: ['total', 'currency'], at: null } };
const signed = (total: string, key = KEY): string => orderSignature(key, { orderId: '1001', total, currency: 'USD' });
const check = (sent: Record<string, unknown>, options: { keys?: string[]; required?: boolean } = {}) =>
  checkSignature({
    sent: { total: '112.00', ...sent },
    order,
    keys: options.keys ?? [KEY],
    required: options.required ?? false,
    now: NOON,
  });

describe('a signed order', () => {
  it('is proven by the signature over its canonical total', () => {
    expect(check({ signature: signed('112.00') })).toEqual(PROVEN);
  });

  it('is proven by the signature over the total as it was sent', () => {
    expect(check({ total: '112', signature: signed('112') })).toEqual(PROVEN);
  });

  it('is proven by any key in force, so that a key can be replaced without a gap', () => {
    expect(check({ signature: signed('112.00', 'the-next-key') }, { keys: [KEY, 'the-next-key'] })).toEqual(PROVEN);
  });

  it('is taken unproven without a signature, unless the site requires one', () => {
    expect(check({})).toEqual({});
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
    const page = readFileSync(new URL('../../../docs/recipes/signed-orders.md', import.meta.url), 'utf8');
    const source = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const recipe = (await import(`data:text/javascript,${encodeURIComponent(source)}`)) as {
      clickthreadSignature(key: string, order: object): string;
    };
    expect(recipe.clickthreadSignature(KEY, { orderId: '1001', total: '112.00', currency: 'USD' })).toBe(
      signed('112.00'),
    );
  });
});

describe('a longer signature', () => {
  const SENT = {
    ...{ orderId: '1001', total: '112.00', currency: 'USD', tax: 9.5, coupons: ['A', 'B'] },
    ...{ customer: { id: '4711', email: 'jane@example.com' }, signedAt: '2026-11-20T11:59:00Z' },
    items: [
      { sku: 'A', quantity: 2, price: '14.00' },
      { sku: 'B', price: 84, discount: '0.00' },
    ],
  };
  const ALL = ['orderId', 'total', 'currency', 'tax', 'coupons', 'items', 'customer.id', 'customer.email'];
  const sign = (more: object, key = KEY): Record<string, unknown> => {
    const sent = { ...SENT, signed: ALL, ...more };
    return { ...sent, signature: hmacSha256(key, signedText(sent) ?? '') };
  };

  it('covers what it names, line by line, as the page carries it', () => {
    expect(signedText({ ...SENT, signed: ALL })).toBe(
      [
        ...['order', '2026-11-20T11:59:00Z', 'orderId=1001', 'total=112.00', 'currency=USD', 'tax=9.5', 'coupons=A,B'],
        ...['items=2', 'items.0.sku=A', 'items.0.quantity=2', 'items.0.price=14.00'],
        ...['items.1.sku=B', 'items.1.quantity=1', 'items.1.price=84', 'items.1.discount=0.00'],
        ...['customer.id=4711', 'customer.email=jane@example.com'],
      ].join('\n'),
    );
  });

  it('proves the fields that it names, at its time', () => {
    expect(check(sign({}))).toEqual({
      proof: {
        fields: ['total', 'currency', 'tax', 'coupons', 'items', 'customerId', 'email'],
        at: Date.parse('2026-11-20T11:59:00Z'),
      },
    });
  });

  it('counts from now where the clock of the shop runs ahead', () => {
    const ahead = '2030-01-01T00:00:00Z';
    expect(check(sign({ signedAt: ahead })).proof).toMatchObject({ at: NOON, stated: Date.parse(ahead) });
  });

  it.each([
    ['a covered field was changed', { ...sign({}), tax: 0 }, 'does not match'],
    [
      'a line was changed',
      { ...sign({}), items: [{ ...SENT.items[0], price: '99.00' }, SENT.items[1]] },
      'does not match',
    ],
    ['a line was added', { ...sign({}), items: [...SENT.items, SENT.items[0]] }, 'does not match'],
    ['the time was changed', { ...sign({}), signedAt: '2026-11-20T11:59:01Z' }, 'does not match'],
    ['a name was taken away', { ...sign({}), signed: ALL.slice(0, 4) }, 'does not match'],
    ['the total is not named', sign({ signed: ['orderId', 'currency'] }), 'must name total'],
    ['a name is none of an order', sign({ signed: [...ALL, 'visitor'] }), 'names visitor'],
    ['a named field is missing', sign({ tax: undefined }), 'does not carry'],
    ['a value has a line break', sign({ customer: { id: '1\nstatus=approved', email: 'a' } }), 'does not carry'],
    ['it has no time', sign({ signedAt: undefined }), 'time of the signature'],
    ['the names are no list', { ...sign({}), signed: 'total' }, 'a list of the names'],
  ])('is refused where %s', (_name, sent, message) => {
    expect(check(sent).problem?.message).toContain(message);
  });

  it.each(['signedText', 'identityText'])('is made the same by the recipe of the documents (%s)', async (name) => {
    const page = readFileSync(new URL('../../../docs/recipes/signed-orders.md', import.meta.url), 'utf8');
    const source = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code).join('\n');
    const recipe = (await import(`data:text/javascript,${encodeURIComponent(source)}`)) as {
      clickthreadSignatureOf(key: string, order: object, signed: string[]): string;
      clickthreadIdentity(key: string, who: object): { signature: string };
    };
    if (name === 'signedText') {
      const made = recipe.clickthreadSignatureOf(KEY, SENT, ALL);
      expect(made).toBe(sign({}).signature);
      return;
    }
    const who = { customerId: '4711', email: 'jane@example.com', signedAt: '2026-11-20T11:59:00Z' };
    const identity = recipe.clickthreadIdentity(KEY, who);
    expect(readIdentity(identity, { keys: [KEY], now: NOON }).identity).toEqual({
      ...{ customerId: '4711', email: 'jane@example.com' },
    });
  });
});
