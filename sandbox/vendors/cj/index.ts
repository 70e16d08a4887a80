/** CJ in the sandbox: the Tracking API, whose answer says "received", and the pixel call, which says nothing. https://docs.cj.com/docs/restatements-api */
import { AMOUNT, ANY, CURRENCY, DIGITS, readQuery } from '../../fields/query.ts';
import {
  currency,
  isJson,
  type Json,
  jsonBody,
  number,
  oneOf,
  type Rule,
  shapeProblems,
  type Shape,
  text,
} from '../../fields/shape.ts';
import { type Exchange, json, type Reply } from '../../reply.ts';
import { LISTING_TRAPS } from '../../fields/listing.ts';
import { createSettings } from '../../settings.ts';
import type { Vendor, VendorFactory } from '../../vendor.ts';
import { type CjOrder, queryCommissions } from './commissions.ts';

const decimal = text({ pattern: /^\d{1,12}(\.\d{1,3})?$/ });
const time = text({ pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/ });
const items: Rule = (value) => {
  if (!Array.isArray(value) || value.length === 0 || value.length > 100) return 'must be 1 to 100 items';
  const shape = {
    required: { unitPrice: decimal, quantity: number({ least: 1, whole: true }), sku: text() },
    optional: { discount: decimal },
  };
  return value.flatMap((item) => shapeProblems(item, shape))[0]?.message;
};
const REASON = oneOf(
  ...['BadDebt', 'Bankruptcy', 'BookingCanceled', 'CannotShipSoldOut', 'Compliance', 'DuplicateOrder'],
  ...['InvalidCreditCard', 'Other', 'ReturnedMerchandise', 'UnqualifiedLead'],
);
const KEY = { enterpriseId: text(), orderId: text({ most: 96 }), actionTrackerId: number({ whole: true }) };
const BODY = {
  ...{
    cjEvent: text({ most: 64, pattern: /^[A-Za-z0-9]+$/ }),
    amount: decimal,
    discount: decimal,
    items,
    currency,
    coupon: text(),
  },
  verticalParameters: (value: unknown) => (isJson(value) ? undefined : 'must be an object'),
  bypassChannel: (value: unknown) => shapeProblems(value, { required: { name: text(), timestamp: time } })[0]?.message,
};
const SHAPES: Readonly<Record<string, Shape>> = {
  createOrders: { required: { ...KEY, eventTime: time }, optional: BODY },
  restateOrders: {
    required: { ...KEY, updateTime: time },
    optional: { ...BODY, status: oneOf('Pending', 'Accepted'), correctionReason: REASON },
  },
  cancelOrders: {
    required: { ...KEY, updateTime: time },
    optional: { status: oneOf('Declined'), correctionReason: REASON },
  },
};
const PIXEL = {
  required: {
    CID: DIGITS,
    TYPE: DIGITS,
    METHOD: /^S2S$/,
    CJEVENT: /^[A-Za-z0-9]{1,64}$/,
    OID: ANY,
    EVENTTIME: /^[\d:.TZ-]+$/,
  },
  optional: {
    ...{ CURRENCY, COUPON: ANY, AMOUNT, CUST_STATUS: /^(New|Return|Lapsed)$/ },
    ...Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`ITEM${i + 1}`, ANY])),
    ...Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`AMT${i + 1}`, AMOUNT])),
    ...Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`QTY${i + 1}`, DIGITS])),
  },
};

const hundredths = (value: unknown): number => Math.round(Number(value) * 100);

export const cj: VendorFactory = ({ clock }): Vendor => {
  const settings = createSettings(
    {
      ...{ enterpriseId: '', actionTrackerId: '', token: '', openEndedLocking: false },
      /** Orders whose changes its processing drops without a word; and those whose commission was paid out. */
      locked: [] as string[],
      paid: [] as string[],
      reportPage: 0,
      reportTrap: 'none',
    },
    { reportTrap: LISTING_TRAPS },
  );
  const rules = settings.now;
  const orders = new Map<string, CjOrder>();
  const counts = { received: 0, refused: 0, tests: 0, lost: 0 };
  let commissions = 0;

  const refuse = (message: string, fields: string[] = []): Reply => {
    counts.refused += 1;
    return json(200, { data: null, errors: [{ message, fields }] });
  };

  function refuseToken({ headers }: Exchange): Reply | undefined {
    const given = /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1];
    if (given === undefined) return refuse('Missing Token');
    return rules.token !== '' && given !== rules.token ? refuse('Invalid Token') : undefined;
  }

  function graphql(exchange: Exchange, posts: boolean): Reply {
    const refused = refuseToken(exchange);
    if (refused) return refused;
    const body = jsonBody(exchange);
    const query = isJson(body) ? String(body['query'] ?? '') : '';
    const name = /\{\s*(createOrders|restateOrders|cancelOrders)\s*\(/.exec(query)?.[1];
    const list = isJson(body) && isJson(body['variables']) ? body['variables']['orders'] : undefined;
    if (!name || !Array.isArray(list)) return refuse('Invalid Syntax');
    for (const order of list as Json[]) {
      const problems = shapeProblems(order, SHAPES[name]!);
      if (problems.length > 0)
        return refuse(`Validation error of type WrongType: ${problems[0]!.field} ${problems[0]!.message}`, [
          problems[0]!.field,
        ]);
      if (rules.enterpriseId !== '' && order['enterpriseId'] !== rules.enterpriseId) return refuse('Unauthorized');
      const when = order['eventTime'] ?? order['updateTime'];
      if (Date.parse(String(when)) > clock() + 1000) return refuse('time must not be in the future', ['eventTime']);
      if (name !== 'cancelOrders' && (order['items'] === undefined) === (order['amount'] === undefined))
        return refuse('give items or amount', ['items', 'amount']);
    }
    counts.received += 1;
    if (!posts) counts.tests += 1;
    else for (const order of list as Json[]) processLater(name, order);
    const taken = (list as Json[]).map(({ orderId }) => ({
      submissionId: `s-${counts.received}`,
      batchId: 'b',
      orderId,
    }));
    return json(200, { data: { [name]: { orders: taken, errors: null } } });
  }

  /** Judged within the hour at the real one, and never answered. */
  function processLater(name: string, fields: Json): void {
    const key = `${String(fields['actionTrackerId'])}/${String(fields['orderId'])}`;
    const known = orders.get(key);
    const wrong = rules.actionTrackerId !== '' && String(fields['actionTrackerId']) !== rules.actionTrackerId;
    const undue = fields['status'] !== undefined && !rules.openEndedLocking;
    const locked = name !== 'createOrders' && rules.locked.includes(String(fields['orderId']));
    if (wrong || undue || locked || (name !== 'createOrders' && !known)) return void (counts.lost += 1);
    if (name === 'createOrders') {
      if (known) return void (known.duplicates += 1);
      orders.set(key, made(String(fields['orderId']), String(fields['cjEvent'] ?? ''), fields));
    } else if (name === 'restateOrders') restate(known!, { amount: amountOf(fields), state: 'restated', fields });
    else restate(known!, { amount: 0, state: 'cancelled', fields });
  }

  const line = (amount: number) => ({ id: (commissions += 1), amount, postedAt: clock() });

  function restate(order: CjOrder, now: Pick<CjOrder, 'amount' | 'state' | 'fields'>): void {
    order.lines.push(line(-order.amount), ...(now.state === 'cancelled' ? [] : [line(now.amount)]));
    Object.assign(order, now);
  }

  const made = (orderId: string, cjEvent: string, fields: Json): CjOrder => ({
    ...{
      at: new Date(clock()).toISOString(),
      orderId,
      cjEvent,
      amount: amountOf(fields),
      state: 'new',
      note: '',
      fields,
    },
    ...{ duplicates: 0, lines: [line(amountOf(fields))] },
    actionTrackerId: String(fields['actionTrackerId'] ?? fields['TYPE']),
    eventAt: Date.parse(String(fields['eventTime'] ?? fields['EVENTTIME'])),
  });

  function pixel(exchange: Exchange): Reply {
    const { fields, problems } = readQuery(exchange, PIXEL);
    const known = orders.get(`${fields['TYPE']}/${fields['OID']}`);
    if (problems.length > 0) counts.lost += 1;
    else if (known) known.duplicates += 1;
    else orders.set(`${fields['TYPE']}/${fields['OID']}`, made(fields['OID']!, fields['CJEVENT']!, fields));
    return { status: 200, headers: { 'content-type': 'image/gif' }, body: 'GIF89a' };
  }

  return {
    name: 'cj',
    title: 'CJ',
    about:
      'The Tracking API receives, and judges where nobody sees; a restatement replaces everything. The older call answers with a picture.',
    columns: ['at', 'orderId', 'cjEvent', 'amount', 'state', 'duplicates', 'fields'],
    settings,
    handle(exchange) {
      if (exchange.method === 'POST' && /^\/graphql(test)?$/.test(exchange.path))
        return graphql(exchange, exchange.path === '/graphql');
      if (exchange.method === 'POST' && exchange.path === '/query')
        return refuseToken(exchange) ?? queryCommissions(exchange, orders.values(), rules);
      return exchange.method === 'GET' && exchange.path === '/u' ? pixel(exchange) : { status: 404 };
    },
    recorded: () => [...orders.values()],
    counts: () => ({ orders: orders.size, ...counts }),
    reset() {
      orders.clear();
      Object.assign(counts, { received: 0, refused: 0, tests: 0, lost: 0 });
    },
  };
};

function amountOf(fields: Json): number {
  if (Array.isArray(fields['items']))
    return (fields['items'] as Json[]).reduce(
      (sum, one) => sum + hundredths(one['unitPrice']) * Number(one['quantity']),
      0,
    );
  if (fields['ITEM1'] !== undefined)
    return Object.keys(fields)
      .filter((name) => /^AMT\d+$/.test(name))
      .reduce((sum, name) => sum + hundredths(fields[name]) * Number(fields[name.replace('AMT', 'QTY')]), 0);
  return hundredths(fields['amount'] ?? fields['AMOUNT'] ?? 0);
}
