/** FirstPromoter in the sandbox: sales known by their number, refunds that add. https://docs.firstpromoter.com */
import { currency, isJson, type Json, jsonBody, number, shapeProblems, text } from '../fields/shape.ts';
import { type Exchange, json, type Reply } from '../reply.ts';
import { createSettings } from '../settings.ts';
import type { Vendor, VendorFactory } from '../vendor.ts';

interface Sale {
  at: string;
  eventId: string;
  refId: string;
  uid: string;
  /** What is left of it, minor units. */
  amount: number;
  refunds: { eventId: string; amount: number }[];
  duplicates: number;
}

const person = { email: text(), uid: text(), currency };
const SHAPES = {
  sale: {
    required: { event_id: text(), amount: number({ whole: true }) },
    optional: {
      ...person,
      plan: text(),
      mrr: number(),
      quantity: number(),
      promo_code: text(),
      tid: text(),
      ref_id: text(),
    },
  },
  refund: {
    required: { event_id: text(), amount: number({ whole: true, least: 1 }) },
    optional: { ...person, sale_event_id: text() },
  },
};

export const firstpromoter: VendorFactory = (): Vendor => {
  const settings = createSettings({ apiKey: '', accountId: '', unknownRefs: [] as string[] });
  const rules = settings.now;
  const sales = new Map<string, Sale>();
  const counts = { refused: 0, refunds: 0 };

  const refuse = (status: number, message: string, code?: string): Reply => {
    counts.refused += 1;
    return json(status, { message, ...(code ? { code } : {}) });
  };

  function sale({ at }: Exchange, body: Json): Reply {
    const eventId = String(body['event_id']);
    const known = sales.get(eventId);
    if (known) {
      known.duplicates += 1;
      return refuse(409, `The 'sale' event with the id ${eventId} already exists.`);
    }
    const refId = String(body['ref_id'] ?? '');
    if (refId === '' || rules.unknownRefs.includes(refId))
      return refuse(
        404,
        `Referral corresponding to ${String(body['uid'])} not found or promoter is banned.`,
        'not_found',
      );
    const amount = Number(body['amount']);
    sales.set(eventId, {
      ...{ at: new Date(at).toISOString(), eventId, refId, uid: String(body['uid'] ?? body['email']), amount },
      ...{ refunds: [], duplicates: 0 },
    });
    return json(200, { id: sales.size, etype: 'sale', sale_amount: amount, event_id: eventId, commissions: [] });
  }

  function refund(body: Json): Reply {
    const found = sales.get(String(body['sale_event_id'] ?? ''));
    if (!found) return { status: 204 };
    const amount = Number(body['amount']);
    found.amount -= amount;
    found.refunds.push({ eventId: String(body['event_id']), amount });
    counts.refunds += 1;
    return json(200, { id: 1000 + counts.refunds, type: 'refund', amount_cents: -amount });
  }

  return {
    name: 'firstpromoter',
    title: 'FirstPromoter',
    about:
      'Sales of a customer with a promoter’s ref id, known by their number; refunds are negative commissions that add up.',
    columns: ['at', 'eventId', 'refId', 'uid', 'amount', 'refunds', 'duplicates'],
    settings,
    handle(exchange) {
      const { method, path, headers } = exchange;
      const key = /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1];
      const account = headers['account-id'];
      if (
        !key ||
        !account ||
        (rules.apiKey !== '' && key !== rules.apiKey) ||
        (rules.accountId !== '' && account !== rules.accountId)
      )
        return json(401, { message: 'Unauthorized' });
      const what = /^\/api\/v2\/track\/(sale|refund)$/.exec(path)?.[1] as keyof typeof SHAPES | undefined;
      if (method !== 'POST' || !what) return json(404, { message: 'Not found' });
      const body = jsonBody(exchange);
      const [problem] = shapeProblems(body, SHAPES[what]);
      if (problem || !isJson(body)) return refuse(400, `Error. ${problem?.field ?? 'Body'} blank or invalid.`);
      if (body['uid'] === undefined && body['email'] === undefined) return refuse(400, 'Error. Email or uid blank.');
      return what === 'sale' ? sale(exchange, body) : refund(body);
    },
    recorded: () => [...sales.values()],
    counts: () => ({ sales: sales.size, ...counts }),
    reset() {
      sales.clear();
      Object.assign(counts, { refused: 0, refunds: 0 });
    },
  };
};
