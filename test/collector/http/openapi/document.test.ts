import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ADMIN_ROUTES } from '../../../../collector/http/openapi/admin-routes.ts';
import { openApi } from '../../../../collector/http/openapi/document.ts';
import { jsonSchemaOf, orderSchema, patchSchema } from '../../../../collector/http/openapi/order-schema.ts';
import { readOrder } from '../../../../collector/intake/validate-order.ts';
import { readPatch } from '../../../../collector/intake/validate-patch.ts';
import { mountedRoutes } from '../admin/mounted.ts';
import { CLICK, NOON } from '../../cli/commands/setup.ts';

const SITE = { currency: 'USD', now: NOON };
/** The published schema, read back: what a shop's own tools would check with. */
const published = z.fromJSONSchema(jsonSchemaOf(orderSchema) as Parameters<typeof z.fromJSONSchema>[0]);

/** Taken whole: what is described is what needs no leaving out. */
const takes = (order: unknown) => readOrder(order, { ...SITE, strict: true }).problems.length === 0;
const fits = (order: unknown) => orderSchema.safeParse(order).success;

const order = { orderId: 'O1234567', total: '112.00', currency: 'USD' };
const item = { sku: '1ABC2345', quantity: 2, price: '14.00' };

test.each<[string, object]>([
  ['the smallest one', order],
  ['numbers for texts', { ...order, orderId: 1234567, total: 112 }],
  ['an order of nothing', { ...order, total: 0 }],
  ['a negative nothing', { ...order, total: '-0.00' }],
  ['the currency of the site', { orderId: 'O1', total: '1' }],
  ['a currency in small letters', { ...order, currency: ' usd ' }],
  [
    'what a template leaves empty',
    {
      ...order,
      currency: '',
      subtotal: '',
      discount: null,
      status: '',
      coupons: null,
      items: null,
      customer: null,
      clicks: null,
    },
  ],
  ['an order id with spaces inside and around', { ...order, orderId: ' A 1\n' }],
  ['the longest order id', { ...order, orderId: 'x'.repeat(128) }],
  [
    'items',
    {
      ...order,
      items: [item, { name: 'No number', price: 3 }, { ...item, quantity: '3', discount: '0.10', name: '' }],
    },
  ],
  [
    'a million of a thing',
    {
      ...order,
      items: [
        { ...item, quantity: 1_000_000 },
        { ...item, quantity: '0999999.00' },
      ],
    },
  ],
  [
    'goods by weight, fine prices, a line that takes off',
    {
      ...order,
      items: [
        { ...item, quantity: '2.5', price: '12.1667' },
        { ...item, quantity: 0.5, price: -10 },
      ],
    },
  ],
  ['clicks', { ...order, clicks: { irclickid: CLICK, gclid: '' } }],
  ['keys of one’s own', { ...order, colour: 'red', items: [{ ...item, colour: 'red' }] }],
  [
    'everything',
    {
      ...order,
      status: 'pending',
      customer: { id: 7, email: 'jane@example.com', isNew: true },
      custom: { a: 'b', n: 1 },
      placedAt: '2026-11-22',
      journey: 't',
      consent: { marketing: true },
    },
  ],
])('taken and described alike: %s', (_name, given) => {
  expect(readOrder(given, { ...SITE, strict: true }).problems).toEqual([]);
  expect(orderSchema.safeParse(given).error?.issues ?? []).toEqual([]);
  expect(published.safeParse(given).success).toBe(true);
});

test.each<[string, unknown]>([
  ['a text', 'order'],
  ['a list', [order]],
  ['no order id', { total: 1 }],
  ['an empty order id', { ...order, orderId: ' ' }],
  ['an order id with a line break inside', { ...order, orderId: 'A\n1' }],
  ['too long an order id', { ...order, orderId: 'x'.repeat(129) }],
  ['half an order id', { ...order, orderId: 1.5 }],
  ['no total', { orderId: 'A' }],
  ['an empty total', { ...order, total: '' }],
  ['a comma in an amount', { ...order, total: '1,5' }],
  ['a negative amount', { ...order, total: -1 }],
  ['a negative text', { ...order, discount: '-1.00' }],
  ['an exponent', { ...order, tax: '1e3' }],
  ['an absurd amount', { ...order, total: 1e12 }],
  ['a currency of two letters', { ...order, currency: 'US' }],
  ['an unknown status', { ...order, status: 'paid' }],
  ['items that are no list', { ...order, items: item }],
  ['an item without a name', { ...order, items: [{ price: 1 }] }],
  ['an item without a price', { ...order, items: [{ sku: 'a' }] }],
  ['an order id of nothing', { ...order, orderId: 0 }],
  ['a quantity below nothing', { ...order, items: [{ ...item, quantity: -1 }] }],
  ['too many of a thing', { ...order, items: [{ ...item, quantity: '1000001' }] }],
  ['too many items', { ...order, items: Array.from({ length: 501 }, () => item) }],
  ['clicks that are no object', { ...order, clicks: ['a'] }],
  ['a click id with a quote', { ...order, clicks: { irclickid: 'a"b' } }],
  ['a click id with a line break', { ...order, clicks: { irclickid: 'a\nb' } }],
  ['a click parameter with a space', { ...order, clicks: { 'a b': 'c' } }],
])('not taken whole, and described alike: %s', (_name, given) => {
  expect(takes(given)).toBe(false);
  expect(fits(given)).toBe(false);
  expect(published.safeParse(given).success).toBe(false);
});

/** Values that matter to some field; most combinations are wrong somewhere. */
const amount = fc.constantFrom<unknown>(
  0,
  1.5,
  112,
  '112.00',
  '0',
  '-0.00',
  ' 7. ',
  -1,
  '-1',
  '1,5',
  '1e3',
  '',
  null,
  'x',
  5e12,
  true,
  [],
  undefined,
);
const words = fc.constantFrom<unknown>(
  'A1',
  ' B 2 ',
  '',
  ' ',
  'a\tb',
  'x'.repeat(128),
  'x'.repeat(129),
  '\u00e9\u2028',
  0,
  -7,
  1.5,
  null,
  undefined,
);
const text = fc.constantFrom<unknown>('shoe', '', ' ', '\u0007', 0, 3.5, null, undefined);
const quantity = fc.constantFrom<unknown>(
  0,
  1,
  2.5,
  -1,
  1_000_000,
  1_000_001,
  '3',
  '3.0',
  '3.5',
  '1000000',
  '1000001',
  '0000007',
  '00000007',
  '',
  null,
  true,
  undefined,
);
const goods = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, 'x', {}),
  fc.array(
    fc.oneof(
      fc.record({ sku: text, name: text, quantity, price: amount, discount: amount }),
      fc.constantFrom<unknown>(null, 'x'),
    ),
    { maxLength: 2 },
  ),
);
const clicks = fc.constantFrom<unknown>(
  undefined,
  null,
  {},
  'x',
  { irclickid: CLICK },
  { irclickid: '' },
  { irclickid: 'a;b' },
  { irclickid: 7 },
  { 'a b': 'c' },
  { a: 'x'.repeat(513) },
);
const anyOrder = fc.record({
  orderId: words,
  total: amount,
  currency: fc.constantFrom<unknown>('USD', 'eur', ' gbp ', '', null, undefined, 'US', 'dollars', 7),
  subtotal: amount,
  shipping: amount,
  status: fc.constantFrom<unknown>('approved', 'refunded', '', null, undefined, 'paid', 1),
  items: goods,
  clicks,
});

test('whatever is sent, the schema and the validator agree on it', () => {
  fc.assert(
    fc.property(anyOrder, (given) => {
      const refused = readOrder(given, { ...SITE, strict: true }).problems;
      expect(fits(given), JSON.stringify({ given, refused })).toBe(refused.length === 0);
    }),
    { numRuns: 3000, seed: 20261122 },
  );
});

test('they agree on orders that are wrong in one thing only', () => {
  const fields = fc.oneof(
    ...(['orderId', 'total'] as const).map((name) =>
      (name === 'total' ? amount : words).map((value) => ({ [name]: value })),
    ),
    amount.map((discount) => ({ discount })),
    goods.map((items) => ({ items })),
    fc.record({ sku: text, name: text, quantity, price: fc.constant(1) }).map((one) => ({ items: [one] })),
    clicks.map((given) => ({ clicks: given })),
  );
  fc.assert(
    fc.property(fields, (field) => {
      const given = { ...order, ...field };
      const refused = readOrder(given, { ...SITE, strict: true }).problems;
      expect(fits(given), JSON.stringify({ given, refused })).toBe(refused.length === 0);
    }),
    { numRuns: 3000, seed: 20261122 },
  );
});

test.each([{ status: 'refunded' }, { total: '1.00', reason: 'returned' }, { items: [item] }])(
  'a change is taken and described alike: %o',
  (patch) => {
    expect(readPatch(patch).problems).toEqual([]);
    expect(patchSchema.safeParse(patch).success).toBe(true);
  },
);

test.each(['refunded', { status: 'gone' }, { reason: 5, status: 'refunded' }])(
  'a change is refused and described alike: %o',
  (patch) => {
    expect(readPatch(patch).problems).not.toEqual([]);
    expect(patchSchema.safeParse(patch).success).toBe(false);
  },
);

test('every reference of the description leads somewhere, and every route names its answers', () => {
  const made = openApi({ prefix: '/t', url: 'https://t.shop.example', version: '1.0.0' }) as {
    openapi: string;
    paths: Record<
      string,
      Record<string, { responses: object; summary: string; parameters?: { name: string; in: string }[] }>
    >;
    components: { schemas: object };
  };
  expect(made.openapi).toBe('3.1.0');
  const references = [...JSON.stringify(made).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target!);
  for (const target of references) {
    const found = target
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], made);
    expect(found, target).toBeDefined();
  }
  for (const [path, methods] of Object.entries(made.paths))
    for (const [method, { responses, summary, parameters }] of Object.entries(methods)) {
      expect(Object.keys(responses).length, `${method} ${path}`).toBeGreaterThan(0);
      expect(summary).not.toBe('');
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect((parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(named);
    }
});

test('every admin route that is mounted is described, and no other', () => {
  const { paths } = openApi({ prefix: '/t', url: '', version: '' }) as { paths: Record<string, object> };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    path.startsWith('/admin/api/') ? Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`) : [],
  );
  const mounted = [...new Set(mountedRoutes())].map((route) =>
    route.replace(' ', ' /admin/api').replaceAll(/:(\w+)/g, '{$1}'),
  );
  expect(mounted.length).toBeGreaterThan(60);
  expect(described.toSorted()).toEqual(mounted.toSorted());
});

/** What a router reads of a query by name, with the file's own means. */
const QUERY = /queryText\(request, '(\w+)'\)/g;
const adminFolder = new URL('../../../../collector/http/admin/', import.meta.url);
const adminFiles = readdirSync(adminFolder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);

test('every name that an admin route reads of a query is described somewhere', () => {
  const read = adminFiles.flatMap((name) =>
    [...readFileSync(new URL(name, adminFolder), 'utf8').matchAll(QUERY)].map(([, word]) => word!),
  );
  const described = new Set(Object.values(ADMIN_ROUTES).flatMap(({ query = [] }) => query));
  expect(read.length).toBeGreaterThan(10);
  expect(read.filter((name) => !described.has(name))).toEqual([]);
});
