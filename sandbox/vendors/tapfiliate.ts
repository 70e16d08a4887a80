/** Tapfiliate in the sandbox: its postback of version 1.7; an order's number is taken once. https://tapfiliate.com/docs/integrations/s2s-postback */
import { currency, isJson, type Json, jsonBody, number, oneOf, shapeProblems, text } from '../fields/shape.ts';
import { type Exchange, json, type Reply } from '../reply.ts';
import { createSettings } from '../settings.ts';
import type { Vendor, VendorFactory } from '../vendor.ts';

interface Conversion {
  at: string;
  externalId: string;
  by: string;
  amount: number;
  status: string;
  duplicates: number;
}

const CREATE = {
  required: { external_id: text(), amount: number({ digits: 3 }) },
  optional: {
    currency,
    coupon: text(),
    click_id: text(),
    referral_code: text(),
    meta_data: () => undefined,
    ip: text(),
    user_agent: text(),
  },
};
const CHANGE = {
  required: { external_id: text() },
  optional: { amount: number({ digits: 3 }), status: oneOf('approved', 'disapproved') },
};

export const tapfiliate: VendorFactory = (): Vendor => {
  const settings = createSettings({ apiKey: '', unknownCodes: [] as string[] });
  const conversions = new Map<string, Conversion>();
  const counts = { refused: 0, changes: 0 };

  const refuse = (status: number, message: string): Reply => {
    counts.refused += 1;
    return json(status, { errors: [{ message }] });
  };

  function create({ at }: Exchange, body: Json): Reply {
    const by = body['coupon'] ?? body['click_id'] ?? body['referral_code'];
    if (by === undefined) return refuse(422, 'give a coupon, click_id or referral_code');
    if (settings.now.unknownCodes.includes(String(by))) return refuse(404, 'no affiliate was found');
    const externalId = String(body['external_id']);
    const known = conversions.get(externalId);
    if (known) {
      known.duplicates += 1;
      return refuse(422, 'A conversion with this external_id already exists');
    }
    const amount = Number(body['amount']);
    const made = {
      at: new Date(at).toISOString(),
      externalId,
      by: String(by),
      amount,
      status: 'approved',
      duplicates: 0,
    };
    conversions.set(externalId, made);
    return json(200, { id: conversions.size, external_id: externalId, amount, commissions: [] });
  }

  function change(body: Json): Reply {
    const found = conversions.get(String(body['external_id']));
    if (!found) return refuse(404, 'conversion not found');
    found.amount = Number(body['amount'] ?? found.amount);
    found.status = String(body['status'] ?? found.status);
    counts.changes += 1;
    return json(200, { external_id: found.externalId, amount: found.amount });
  }

  return {
    name: 'tapfiliate',
    title: 'Tapfiliate',
    about: 'Conversions by referral code or coupon, once an order’s number; changes by the same number.',
    columns: ['at', 'externalId', 'by', 'amount', 'status', 'duplicates'],
    settings,
    handle(exchange) {
      const { method, path, headers } = exchange;
      const key = headers['x-api-key'];
      if (!key || (settings.now.apiKey !== '' && key !== settings.now.apiKey))
        return json(401, { message: 'Unauthorized' });
      if (method === 'GET' && path === '/1.6/conversions/') return json(200, []);
      const shape = { '/1.7/pb/con/c/': CREATE, '/1.7/pb/con/u/': CHANGE }[path];
      if (method !== 'POST' || !shape) return json(404, { message: 'Not found' });
      const body = jsonBody(exchange);
      const [problem] = shapeProblems(body, shape);
      if (problem || !isJson(body)) return refuse(422, `${problem?.field ?? ''} ${problem?.message ?? 'no JSON'}`);
      return shape === CREATE ? create(exchange, body) : change(body);
    },
    recorded: () => [...conversions.values()],
    counts: () => ({ conversions: conversions.size, ...counts }),
    reset() {
      conversions.clear();
      Object.assign(counts, { refused: 0, changes: 0 });
    },
  };
};
