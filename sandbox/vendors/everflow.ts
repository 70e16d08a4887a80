/** Everflow in the sandbox: the postback, and the network's API that finds, changes and rejects conversions. https://developers.everflow.io/docs/network */
import { AMOUNT, ANY, CURRENCY, DIGITS, readQuery } from '../fields/query.ts';
import { listing, LISTING_TRAPS, pageOf } from '../fields/listing.ts';
import {
  currency,
  flag,
  isJson,
  type Json,
  jsonBody,
  number,
  oneOf,
  shapeProblems,
  type Shape,
  text,
} from '../fields/shape.ts';
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
const DAY_MS = 86_400_000;
const MOMENT = text({ pattern: /^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$/ });
const LIST = (value: unknown) => (Array.isArray(value) ? undefined : 'must be a list');
const REPORT: Shape = {
  required: {
    ...{ from: MOMENT, to: MOMENT, timezone_id: oneOf(67), currency_id: currency, show_conversions: flag },
    query: (value) => shapeProblems(value, { required: { filters: LIST, search_terms: LIST } })[0]?.message,
  },
  optional: { show_events: flag },
};

/** A day is its first moment; as an end it counts whole. */
const timeOf = (text: unknown, day: number): number => {
  const [date, time] = String(text).split(' ');
  return Date.parse(`${date}T${time ?? '00:00:00'}Z`) + (time === undefined ? day : 0);
};

const viewOf = ({ at, fields, duplicates: _repeats, ...shown }: Conversion): Json => ({
  ...shown,
  conversion_unix_timestamp: Math.floor(Date.parse(at) / 1000),
  currency_id: fields['currency'] ?? 'USD',
});

const foreign = (index: number, at: number): Conversion => ({
  ...{
    at: new Date(at - DAY_MS).toISOString(),
    conversion_id: `other${index}`,
    transaction_id: `${index}`.padStart(32, '0'),
  },
  ...{ order_id: `OTHER-${index}`, sale_amount: 1, status: 'approved', is_event: false, fields: {}, duplicates: 0 },
});

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
      /** Conversions of other advertisers, which the network's key sees, too. */
      others: 0,
      reportPage: 0,
      reportTrap: 'none',
    },
    { duplicates: ['reject', 'count'], answer: ['empty', 'ids'], reportTrap: LISTING_TRAPS },
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

  function report(exchange: Exchange): Reply {
    const body = jsonBody(exchange);
    const query = readQuery(exchange, { required: { page: DIGITS, page_size: DIGITS }, optional: {} });
    const problems = [...query.problems, ...shapeProblems(body, REPORT)];
    if (problems.length > 0 || !isJson(body)) return json(400, { Error: problems });
    const [from, until] = [timeOf(body['from'], 0), timeOf(body['to'], DAY_MS)];
    if (until - from > 366 * DAY_MS) return json(400, { Error: 'the range is limited to one year' });
    const { search_terms: terms, filters } = body['query'] as { search_terms: Json[]; filters: Json[] };
    const wanted = terms.find(({ search_type }) => search_type === 'transaction_id')?.['value'];
    const alone = filters.some(({ resource_type }) => resource_type === 'advertiser');
    const others = alone ? [] : Array.from({ length: rules.others }, (_, index) => foreign(index, exchange.at));
    const found = [...conversions, ...others]
      .filter(({ at }) => Date.parse(at) >= from && Date.parse(at) < until)
      .filter(({ transaction_id }) => wanted === undefined || transaction_id === wanted);
    const [page, size] = [Number(query.fields['page']), Number(query.fields['page_size'])];
    const { shown, total } = pageOf(found, { page, size }, rules);
    return json(200, {
      conversions: shown.map(viewOf),
      paging: { page, page_size: rules.reportPage || size, total_count: total },
    });
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
    if (method === 'POST' && where.length === 0) return listing(report(exchange), rules);
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
