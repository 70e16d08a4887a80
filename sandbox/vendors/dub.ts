/** Dub in the sandbox: sales by click or known customer, once an invoice, and commissions that appear a little later. https://dub.co/docs/api-reference */
import { isJson, type Json, jsonBody, number, oneOf, shapeProblems, text } from '../fields/shape.ts';
import { type Exchange, json, type Reply } from '../reply.ts';
import { createSettings } from '../settings.ts';
import type { Vendor, VendorFactory } from '../vendor.ts';

interface Commission {
  at: number;
  id: string;
  invoiceId: string;
  clickId: string;
  customer: string;
  amount: number;
  currency: string;
  status: string;
  duplicates: number;
}

const words = text({ most: 255 });
const SALE = {
  required: { customerExternalId: text({ most: 100 }), amount: number({ whole: true }) },
  optional: {
    ...{ currency: text({ pattern: /^[a-z]{3}$/ }), eventName: words, invoiceId: words, leadEventName: words },
    paymentProcessor: oneOf('stripe', 'shopify', 'polar', 'paddle', 'apple', 'revenuecat', 'dub', 'custom'),
    ...{ clickId: words, customerName: text({ most: 100 }), customerEmail: text({ most: 100 }), customerAvatar: words },
    metadata: (value: unknown) => (isJson(value) ? undefined : 'must be an object'),
  },
};
const CHANGE = {
  required: {},
  optional: {
    ...{ saleAmount: number({ whole: true }), modifySaleAmount: number({ least: -1e12, whole: true }) },
    ...{
      currency: text({ pattern: /^[a-z]{3}$/ }),
      status: oneOf('pending', 'refunded', 'duplicate', 'canceled', 'fraud'),
    },
  },
};

const failure = (status: number, code: string, message: string): Reply => json(status, { error: { code, message } });

export const dub: VendorFactory = ({ clock }): Vendor => {
  const settings = createSettings({
    apiKey: '',
    unknownClicks: [] as string[],
    /** Until a commission shows after its sale. */
    commissionDelayMs: 2000,
    /** Invoices whose commission was paid out: nothing may change. */
    paid: [] as string[],
  });
  const rules = settings.now;
  const commissions: Commission[] = [];
  const customers = new Map<string, string>();
  const counts = { refused: 0, changes: 0 };

  function sale(exchange: Exchange): Reply {
    const body = jsonBody(exchange);
    const problems = shapeProblems(body, SALE);
    if (problems.length > 0 || !isJson(body)) {
      counts.refused += 1;
      return failure(422, 'unprocessable_entity', `${problems[0]?.field ?? ''}: ${problems[0]?.message ?? 'no JSON'}`);
    }
    const customer = String(body['customerExternalId']);
    const known = commissions.find(({ invoiceId }) => invoiceId === body['invoiceId']);
    if (known) {
      known.duplicates += 1;
      return answer(body, customer);
    }
    const click = customers.get(customer) ?? (body['clickId'] as string | undefined);
    if (click === undefined || body['amount'] === 0)
      return json(200, { eventName: body['eventName'], customer: null, sale: null });
    if (!/^[\w-]{16}$/.test(click) || rules.unknownClicks.includes(click))
      return failure(404, 'not_found', `Click event not found for clickId: ${click}`);
    customers.set(customer, click);
    commissions.push({
      ...{
        at: exchange.at,
        id: `cm_${commissions.length + 1}`,
        invoiceId: String(body['invoiceId'] ?? ''),
        clickId: click,
      },
      ...{ customer, amount: Number(body['amount']), currency: String(body['currency'] ?? 'usd'), status: 'pending' },
      duplicates: 0,
    });
    return answer(body, customer);
  }

  const answer = (body: Json, externalId: string): Reply => {
    const { amount, currency, invoiceId, paymentProcessor, metadata } = body;
    const sold = { amount, currency, invoiceId, paymentProcessor, metadata: metadata ?? null };
    return json(200, { eventName: body['eventName'], customer: { id: 'cus_1', externalId }, sale: sold });
  };

  function list({ query }: Exchange): Reply {
    const invoice = query.get('invoiceId');
    const shown = commissions.filter(
      ({ invoiceId, at }) => (invoice === null || invoiceId === invoice) && clock() - at >= rules.commissionDelayMs,
    );
    return json(
      200,
      shown.map(({ at, customer: _customer, duplicates: _duplicates, ...one }) => ({
        ...one,
        type: 'sale',
        createdAt: at,
      })),
    );
  }

  function change(exchange: Exchange, id: string): Reply {
    const found = commissions.find((one) => one.id === id);
    if (!found) return failure(404, 'not_found', 'Commission not found.');
    const body = jsonBody(exchange);
    const problems = shapeProblems(body, CHANGE);
    if (problems.length > 0 || !isJson(body))
      return failure(422, 'unprocessable_entity', problems[0]?.message ?? 'no JSON');
    if (rules.paid.includes(found.invoiceId)) return failure(400, 'bad_request', 'Cannot update a paid commission.');
    if (body['status'] !== undefined && body['status'] === found.status)
      return failure(400, 'bad_request', `Commission is already ${found.status}.`);
    if (body['saleAmount'] !== undefined) found.amount = Number(body['saleAmount']);
    if (body['modifySaleAmount'] !== undefined) found.amount += Number(body['modifySaleAmount']);
    found.status = String(body['status'] ?? (found.amount === 0 ? 'refunded' : found.status));
    counts.changes += 1;
    return json(200, { id: found.id, amount: found.amount, status: found.status });
  }

  return {
    name: 'dub',
    title: 'Dub',
    about:
      'Sales by click, once an invoice; a known customer wins over the click. Commissions show a little later and are changed by their id.',
    columns: ['at', 'invoiceId', 'clickId', 'customer', 'amount', 'currency', 'status', 'duplicates'],
    settings,
    handle(exchange) {
      const { method, path, headers } = exchange;
      const given = /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1];
      if (given === undefined || (rules.apiKey !== '' && given !== rules.apiKey))
        return failure(401, 'unauthorized', 'Unauthorized: Invalid API key.');
      const [, first, id] = path.split('/').map(decodeURIComponent);
      if (method === 'POST' && path === '/track/sale') return sale(exchange);
      if (first === 'commissions' && method === 'GET' && id === undefined) return list(exchange);
      if (first === 'commissions' && method === 'PATCH' && id) return change(exchange, id);
      return failure(404, 'not_found', 'The requested resource was not found.');
    },
    recorded: () => commissions.map((one) => ({ ...one, at: new Date(one.at).toISOString() })),
    counts: () => ({ commissions: commissions.length, ...counts }),
    reset() {
      commissions.length = 0;
      customers.clear();
      Object.assign(counts, { refused: 0, changes: 0 });
    },
  };
};
