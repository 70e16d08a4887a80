/** PartnerStack in the sandbox: sign-ups that answer nothing and show late, and transactions with a key. https://docs.partnerstack.com */
import { currency, isJson, type Json, jsonBody, number, shapeProblems, text } from '../fields/shape.ts';
import { type Exchange, json, type Reply } from '../reply.ts';
import { createSettings } from '../settings.ts';
import type { Vendor, VendorFactory } from '../vendor.ts';

interface Transaction {
  at: string;
  key: string;
  customer: string;
  click: string;
  amount: number;
  currency: string;
  duplicates: number;
}

const SIGN_UP = {
  required: { xid: text({ pattern: /^\w{6,40}$/ }), customer_key: text() },
  optional: { email: text(), name: text() },
};
const TRANSACTION = {
  required: { customer_key: text(), amount: number({ whole: true }), currency, key: text({ least: 4 }) },
  optional: { product_key: text(), category_key: text() },
};

export const partnerstack: VendorFactory = ({ clock }): Vendor => {
  const settings = createSettings({
    trackingToken: '',
    publicKey: '',
    secretKey: '',
    unknownClicks: [] as string[],
    /** Until a customer shows after the sign-up: two to six minutes at the real one. */
    customerDelayMs: 120_000,
  });
  const rules = settings.now;
  const customers = new Map<string, { click: string; at: number }>();
  const transactions = new Map<string, Transaction>();
  const counts = { signUps: 0, refused: 0 };
  const shown = (key: string) => {
    const customer = customers.get(key);
    return customer && clock() - customer.at >= rules.customerDelayMs ? customer : undefined;
  };

  /** 200 and an empty page, also when nothing was created. */
  function signUp({ at }: Exchange, body: unknown): Reply {
    counts.signUps += 1;
    const made = shapeProblems(body, SIGN_UP).length === 0 && isJson(body) ? body : undefined;
    const click = String(made?.['xid'] ?? '');
    const key = String(made?.['customer_key'] ?? '');
    if (made && !rules.unknownClicks.includes(click) && !customers.has(key)) customers.set(key, { click, at });
    return { status: 200, body: '' };
  }

  function transact({ at }: Exchange, body: unknown): Reply {
    const [problem] = shapeProblems(body, TRANSACTION);
    if (problem || !isJson(body)) {
      counts.refused += 1;
      return json(400, { message: `${problem?.field ?? 'body'} ${problem?.message ?? 'is no JSON'}` });
    }
    const customer = shown(String(body['customer_key']));
    if (!customer) return json(404, { message: 'Customer not found' });
    const key = String(body['key']);
    const known = transactions.get(key);
    if (known) {
      known.duplicates += 1;
      return json(400, { message: 'A transaction with this key already exists' });
    }
    transactions.set(key, {
      ...{ at: new Date(at).toISOString(), key, customer: String(body['customer_key']), click: customer.click },
      ...{ amount: Number(body['amount']), currency: String(body['currency']), duplicates: 0 },
    });
    return json(200, { data: { key, amount: body['amount'] } satisfies Json });
  }

  return {
    name: 'partnerstack',
    title: 'PartnerStack',
    about:
      'A sign-up with the click, which answers nothing and shows minutes later; then transactions of the customer, each key once.',
    columns: ['at', 'key', 'customer', 'click', 'amount', 'currency', 'duplicates'],
    settings,
    handle(exchange) {
      const { method, path, headers } = exchange;
      const given = headers['authorization'] ?? '';
      if (method === 'POST' && path === '/conversion/xid')
        return given === `Bearer ${rules.trackingToken}`
          ? signUp(exchange, jsonBody(exchange))
          : json(401, { message: 'Unauthorized' });
      const basic = `Basic ${Buffer.from(`${rules.publicKey}:${rules.secretKey}`).toString('base64')}`;
      if (given !== basic) return json(401, { message: 'Unauthorized' });
      if (method === 'POST' && path === '/api/v2/transactions') return transact(exchange, jsonBody(exchange));
      const customer = /^\/api\/v2\/customers\/(.+)$/.exec(path)?.[1];
      if (method !== 'GET' || customer === undefined) return json(404, { message: 'Not found' });
      return shown(decodeURIComponent(customer))
        ? json(200, { data: { test: false } })
        : json(404, { message: 'Customer not found' });
    },
    recorded: () => [...transactions.values()],
    counts: () => ({ customers: customers.size, transactions: transactions.size, ...counts }),
    reset() {
      customers.clear();
      transactions.clear();
      Object.assign(counts, { signUps: 0, refused: 0 });
    },
  };
};
