/** Everflow in the sandbox: the postback, and the network's API that finds, changes and rejects conversions. https://developers.everflow.io/docs/network */
import { AMOUNT, ANY, CURRENCY, DIGITS, readQuery } from '../fields/query.ts';
import { flag, isJson, type Json, jsonBody, number, oneOf, shapeProblems, type Shape } from '../fields/shape.ts';
import { type Exchange, json, type Reply } from '../reply.ts';
import { createSettings } from '../settings.ts';
import type { Vendor, VendorFactory } from '../vendor.ts';

interface Conversion {
  at: string;
  conversion_id: string;
  transaction_id: string;
  order_id: string;
  sale_amount: number;
  status: 'approved' | 'rejected';
  is_event: boolean;
  error_message?: string;
  fields: Json;
  duplicates: number;
}

const POSTBACK = {
  required: { nid: /^\w{1,20}$/, amount: AMOUNT },
  optional: {
    // One id of 32 hex digits: the SDK's list of several is the caller's to take apart.
    ...{ transaction_id: /^[0-9a-f]{32}$/, order_id: ANY, currency: CURRENCY, coupon_code: ANY, event_id: DIGITS },
    verification_token: ANY,
  },
};
const DAY = /^\d{4}-\d\d-\d\d$/;

export const everflow: VendorFactory = (): Vendor => {
  const settings = createSettings(
    {
      networkId: '',
      verificationToken: '',
      /** Of the network's API; empty lets nobody in. */
      apiKey: '',
      unknownClicks: [] as string[],
      /** What an offer does with an order id that it knows. */
      duplicates: 'reject',
      /** Everflow's own answer is in no document: empty, or the ids. */
      answer: 'empty',
    },
    { duplicates: ['reject', 'count'], answer: ['empty', 'ids'] },
  );
  const rules = settings.now;
  const conversions: Conversion[] = [];
  const counts = { refused: 0, changes: 0 };

  function postback(exchange: Exchange): Reply {
    const { fields, problems } = readQuery(exchange, POSTBACK);
    const token = rules.verificationToken === '' || fields['verification_token'] === rules.verificationToken;
    const known = rules.networkId === '' || fields['nid'] === rules.networkId;
    const click = fields['transaction_id'] !== undefined || fields['coupon_code'] !== undefined;
    if (problems.length > 0 || !token || !known || !click) {
      counts.refused += 1;
      return json(200, {}); // a postback is never told what was wrong with it
    }
    const earlier = conversions.find(({ order_id }) => order_id === fields['order_id']);
    if (earlier && rules.duplicates === 'reject') {
      earlier.duplicates += 1;
      return json(200, {});
    }
    const unknown = rules.unknownClicks.includes(fields['transaction_id'] ?? '');
    const made: Conversion = {
      at: new Date(exchange.at).toISOString(),
      conversion_id: `cv${conversions.length + 1}`,
      transaction_id: fields['transaction_id'] ?? '',
      order_id: fields['order_id'] ?? '',
      sale_amount: Number(fields['amount']),
      status: unknown ? 'rejected' : 'approved',
      is_event: fields['event_id'] !== undefined,
      ...(unknown ? { error_message: 'unknown transaction id' } : {}),
      fields,
      duplicates: 0,
    };
    conversions.push(made);
    return rules.answer === 'ids' ? json(200, { conversion_id: made.conversion_id }) : { status: 200, body: '' };
  }

  function report(body: unknown): Reply {
    if (!isJson(body) || !DAY.test(String(body['from'])) || !DAY.test(String(body['to'])) || body['timezone_id'] !== 67)
      return json(400, { Error: 'from, to and timezone_id are required' });
    const terms = isJson(body['query']) ? ((body['query']['search_terms'] ?? []) as Json[]) : [];
    const wanted = terms.find(({ search_type }) => search_type === 'transaction_id')?.['value'];
    const until = new Date(Date.parse(String(body['to'])) + 86_400_000).toISOString();
    const found = conversions.filter(
      ({ transaction_id, at }) =>
        at >= String(body['from']) && at < until && (wanted === undefined || transaction_id === wanted),
    );
    return json(200, { conversions: found, paging: { page: 1, page_size: 200, total_count: found.length } });
  }

  function change(exchange: Exchange, where: string[]): Reply {
    const body = jsonBody(exchange);
    const [id, verb] = where;
    const amount = exchange.method === 'PUT' && verb === 'saleamount';
    const shape: Shape = amount
      ? { required: { sale_amount: number({ digits: 2 }) }, optional: { is_event: flag } }
      : { required: { conversion_ids: () => undefined, conversion_status: oneOf('approved', 'rejected') } };
    const problems = shapeProblems(body, shape);
    if (problems.length > 0 || !isJson(body)) return json(400, { Error: problems });
    const ids = amount ? [id] : (body['conversion_ids'] as unknown[]);
    const found = conversions.filter(({ conversion_id }) => ids.includes(conversion_id));
    if (found.length !== ids.length || (amount && found[0]!.is_event !== (body['is_event'] ?? false)))
      return json(200, { result: false });
    for (const one of found) {
      if (amount) one.sale_amount = Number(body['sale_amount']);
      else one.status = body['conversion_status'] as Conversion['status'];
    }
    counts.changes += 1;
    return json(200, { result: true });
  }

  function handle(exchange: Exchange): Reply {
    const { method, path, headers } = exchange;
    if (path === '/' && method === 'GET') return postback(exchange);
    const base = '/v1/networks/reporting/conversions';
    if (!path.startsWith(base)) return json(404, {});
    if (rules.apiKey === '' || headers['x-eflow-api-key'] !== rules.apiKey) return json(401, { Error: 'unauthorized' });
    const where = path.slice(base.length).split('/').filter(Boolean).map(decodeURIComponent);
    if (method === 'POST' && where.length === 0) return report(jsonBody(exchange));
    return method === 'PUT' || method === 'PATCH' ? change(exchange, where) : json(405, {});
  }

  return {
    name: 'everflow',
    title: 'Everflow',
    about:
      'The postback that answers nothing, and the network’s API: conversions by transaction id, their amount and status.',
    columns: ['at', 'order_id', 'transaction_id', 'sale_amount', 'status', 'duplicates', 'fields'],
    settings,
    handle,
    recorded: () => conversions,
    counts: () => ({ conversions: conversions.length, ...counts }),
    reset() {
      conversions.length = 0;
      Object.assign(counts, { refused: 0, changes: 0 });
    },
  };
};
