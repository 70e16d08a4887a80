/** Refersion in the sandbox: paid orders with their affiliate, and cancellations that add negative conversions. https://www.refersion.dev/reference */
import { currency, isJson, type Json, jsonBody, number, shapeProblems, text } from '../fields/shape.ts';
import { type Exchange, json, type Reply } from '../reply.ts';
import { createSettings } from '../settings.ts';
import type { Vendor, VendorFactory } from '../vendor.ts';

interface Order {
  at: string;
  orderId: string;
  affiliate: string;
  /** Of the goods, after the discount. */
  amount: number;
  cancellations: Json[];
  fields: Json;
}

const list = (value: unknown): string | undefined =>
  Array.isArray(value) && value.length > 0 ? undefined : 'must be a list';
const PAID = {
  required: {
    cart_id: text(),
    auto_credit_affiliate_id: text({ pattern: /^\d{1,12}$/ }),
    order_id: text(),
    currency_code: currency,
    items: list,
  },
  optional: { customer: () => undefined, shipping: number(), tax: number(), discount: number(), discount_code: text() },
};
const ITEM = {
  required: { sku: text(), quantity: number({ least: 1, whole: true }), price: number() },
  optional: { name: text() },
};

export const refersion: VendorFactory = (): Vendor => {
  const settings = createSettings({ publicKey: '', secretKey: '' });
  const orders: Order[] = [];
  const counts = { refused: 0, cancellations: 0 };
  const sum = (items: Json[]): number =>
    items.reduce((all, one) => all + Number(one['price']) * Number(one['quantity']), 0);

  function paid({ at }: Exchange, body: Json): Reply {
    const amount = Math.round((sum(body['items'] as Json[]) - Number(body['discount'] ?? 0)) * 100) / 100;
    orders.push({
      ...{
        at: new Date(at).toISOString(),
        orderId: String(body['order_id']),
        affiliate: String(body['auto_credit_affiliate_id']),
      },
      ...{ amount, cancellations: [], fields: body },
    });
    return { status: 200, body: '' };
  }

  function cancel(body: Json): Reply {
    const found = orders.find(({ orderId }) => orderId === body['order_id']);
    if (!found) return json(404, { error: 'Conversion not found' });
    counts.cancellations += 1;
    found.cancellations.push(body);
    return json(200, { conversion_id: 1000 + counts.cancellations });
  }

  return {
    name: 'refersion',
    title: 'Refersion',
    about: 'Paid orders credited to an affiliate, without an answer; each cancellation adds a negative conversion.',
    columns: ['at', 'orderId', 'affiliate', 'amount', 'cancellations', 'fields'],
    settings,
    handle(exchange) {
      const { method, path, headers } = exchange;
      const { publicKey, secretKey } = settings.now;
      const given = [headers['refersion-public-key'], headers['refersion-secret-key']];
      if (given.includes(undefined) || (secretKey !== '' && given.join() !== [publicKey, secretKey].join()))
        return json(401, { error: 'Invalid API keys' });
      const isPaid = path === '/tracker/orders/paid';
      if (method !== 'POST' || (!isPaid && path !== '/v2/conversion/cancel')) return json(404, { error: 'Not found' });
      const body = jsonBody(exchange);
      const shape = isPaid ? PAID : { required: { order_id: text(), items: list } };
      const items = isJson(body) && Array.isArray(body['items']) ? (body['items'] as Json[]) : [];
      const problems = [...shapeProblems(body, shape), ...items.flatMap((item) => shapeProblems(item, ITEM))];
      if (problems.length > 0 || !isJson(body)) {
        counts.refused += 1;
        return json(422, { error: `${problems[0]?.field ?? ''} ${problems[0]?.message ?? 'no JSON'}` });
      }
      return isPaid ? paid(exchange, body) : cancel(body);
    },
    recorded: () => orders,
    counts: () => ({ orders: orders.length, ...counts }),
    reset() {
      orders.length = 0;
      Object.assign(counts, { refused: 0, cancellations: 0 });
    },
  };
};
