/** Admitad in the sandbox: 200 to any postback, and revisions by a signed address. https://support.mitgo.com/knowledge-base */
import { createHmac } from 'node:crypto';
import { AMOUNT, ANY, CURRENCY, DIGITS, readQuery } from '../fields/query.ts';
import { type Exchange, json, type Reply } from '../reply.ts';
import { createSettings } from '../settings.ts';
import type { Vendor, VendorFactory } from '../vendor.ts';

interface AdmitadOrder {
  at: string;
  orderId: string;
  uid: string;
  /** Of all positions so far, or what the last revision says. */
  amount: string;
  currency: string;
  /** Told and announced: `2/2`. */
  positions: string;
  tariffs: string;
  status: string;
  duplicates: number;
}

const POSTBACK = {
  required: {
    ...{ postback: /^1$/, campaign_code: /^\w{4,20}$/, postback_key: ANY, action_code: DIGITS, tariff_code: DIGITS },
    ...{
      uid: /^[\w-]{16,100}$/,
      order_id: /^.{1,100}$/s,
      position_id: DIGITS,
      position_count: DIGITS,
      product_id: ANY,
    },
    ...{ price: AMOUNT, quantity: DIGITS, currency_code: CURRENCY, payment_type: /^(sale|lead)$/ },
  },
  optional: { promocode: ANY, client_id: ANY, country_code: /^[A-Z]{2}$/, city: ANY, channel: ANY },
};
const REVISION = {
  required: {
    campaign_code: /^\w{4,20}$/,
    order_id: ANY,
    status: /^(pending|approved|declined)$/,
    revision_sign: /^[0-9a-f]{40}$/,
  },
  optional: { amount: AMOUNT, reward: AMOUNT, currency_code: CURRENCY, comment: /^.{1,30}$/s },
};

export const admitad: VendorFactory = (): Vendor => {
  const settings = createSettings({ campaignCode: '', postbackKey: '', revisionKey: '', approved: [] as string[] });
  const rules = settings.now;
  const orders = new Map<string, AdmitadOrder>();
  /** Order and position: what names a line of a sale. */
  const told = new Set<string>();
  const counts = { refused: 0, revisions: 0 };

  function postback(exchange: Exchange): Reply {
    const { fields, problems } = readQuery(exchange, POSTBACK);
    const key = fields['order_id']!;
    const known = orders.get(key);
    const position = `${key}/${fields['position_id']}`;
    const worth = (Number(fields['price']) * Number(fields['quantity'])).toFixed(2);
    const foreign =
      (rules.campaignCode !== '' && fields['campaign_code'] !== rules.campaignCode) ||
      (rules.postbackKey !== '' && fields['postback_key'] !== rules.postbackKey);
    if (problems.length > 0 || foreign) counts.refused += 1;
    else if (known && told.has(position)) known.duplicates += 1;
    else if (known) {
      told.add(position);
      const [arrived, of] = known.positions.split('/');
      Object.assign(known, {
        amount: (Number(known.amount) + Number(worth)).toFixed(2),
        positions: `${Number(arrived) + 1}/${of}`,
        tariffs: `${known.tariffs},${fields['tariff_code']}`,
      });
    } else {
      told.add(position);
      orders.set(key, {
        ...{
          at: new Date(exchange.at).toISOString(),
          orderId: fields['order_id']!,
          uid: fields['uid']!,
          amount: worth,
          positions: `1/${fields['position_count']}`,
          tariffs: fields['tariff_code']!,
        },
        ...{ currency: fields['currency_code']!, status: 'pending', duplicates: 0 },
      });
    }
    return { status: 200, body: '' }; // whatever happens
  }

  function revise(exchange: Exchange): Reply {
    const { fields, problems } = readQuery(exchange, REVISION);
    const sign = createHmac('sha1', rules.revisionKey)
      .update(`${fields['campaign_code']}${fields['order_id']}`)
      .digest('hex');
    const errors = problems.map(({ field, message }) => `${field} ${message}`);
    if (fields['revision_sign'] !== sign) errors.push('invalid revision sign');
    if (errors.length > 0) return json(200, { success: false, errors });
    counts.revisions += 1;
    // Judged later: what is not pending stays as it is, and nobody is told.
    for (const order of orders.values())
      if (order.orderId === fields['order_id'] && order.status === 'pending' && !rules.approved.includes(order.orderId))
        Object.assign(order, { status: fields['status'], amount: fields['amount'] ?? order.amount });
    return json(200, { success: true, message: 'request is processing.' });
  }

  return {
    name: 'admitad',
    title: 'Admitad',
    about: 'A postback that answers 200 to anything, and signed revisions of what is pending.',
    columns: ['at', 'orderId', 'uid', 'amount', 'currency', 'positions', 'tariffs', 'status', 'duplicates'],
    settings,
    handle(exchange) {
      if (exchange.method !== 'GET') return { status: 405 };
      if (exchange.path === '/r') return postback(exchange);
      return exchange.path === '/rp' ? revise(exchange) : { status: 404 };
    },
    recorded: () => [...orders.values()],
    counts: () => ({ orders: orders.size, ...counts }),
    reset() {
      orders.clear();
      told.clear();
      Object.assign(counts, { refused: 0, revisions: 0 });
    },
  };
};
