/** The API of the sandbox Stripe: only what is expanded is shown, lists are newest first and paged by cursor, unknown parameters are refused. */
import { type Exchange, json, type Reply } from '../../reply.ts';
import type { Json } from '../../fields/shape.ts';
import type { Bill, Sale, StripeAccount } from './account.ts';

const fault = (status: number, code: string, message: string): Reply =>
  json(status, { error: { type: 'invalid_request_error', code, message } });

const missing = (): Reply => fault(404, 'resource_missing', 'No such object');

export function answerApi(exchange: Exchange, account: StripeAccount): Reply {
  const { traps } = account;
  if (traps.broken > 0) return fault(traps.broken, 'api_error', 'Try again later');
  if (exchange.headers['authorization'] !== `Bearer ${traps.secretKey}`)
    return fault(401, 'api_key_invalid', 'Invalid API Key provided');
  const path = exchange.path.replace(/^\/v1\//, '');
  if (exchange.method === 'POST' && path === 'webhook_endpoints/we_example1' && traps.mayWrite) {
    const { disabled } = Object.fromEntries(new URLSearchParams(exchange.body));
    if (disabled !== undefined) Object.assign(account, { enabled: disabled === 'false', failing: null });
    return json(200, endpointOf(account));
  }
  if (exchange.method !== 'GET' || isHidden(path, traps.hidden))
    return fault(403, 'permission_denied', 'The key may only read.');
  const [, , id, part] = path.split('/');
  if (traps.unreadable !== '' && path.endsWith(traps.unreadable)) return fault(500, 'api_error', 'Try again later');
  if (path === 'events') return listEvents(exchange, account);
  if (path === 'webhook_endpoints') return list(account.endpoint === '' ? [] : [endpointOf(account)]);
  if (path === 'disputes') {
    const paid = [...account.sales, ...account.bills];
    return list(paid.find(({ charge }) => charge.id === exchange.query.get('charge'))?.disputes ?? []);
  }
  if (path === 'checkout/sessions')
    return list(account.sales.map(({ session }) => session).filter((session) => isNamed(session, exchange.query)));
  if (path === 'invoice_payments') return listInvoicePayments(exchange, account);
  if (path === 'invoices') return list(account.bills.map(({ invoice }) => invoice));
  const bill = path.startsWith('invoices/')
    ? account.bills.find(({ invoice }) => path === `invoices/${invoice.id}`)
    : undefined;
  if (bill) return json(200, bill.invoice);
  const sale = path.startsWith('checkout/sessions/')
    ? account.sales.find(({ session }) => session.id === id)
    : undefined;
  if (!sale) return missing();
  if (part === 'line_items') return list(sale.lines);
  return json(200, expanded(sale, exchange.query.getAll('expand[]'), traps.linesShown));
}

/** Payments of invoices are read by the right to invoices. */
const isHidden = (path: string, hidden: string): boolean =>
  hidden !== '' && (path === hidden || (hidden === 'invoices' && path.startsWith('invoice')));

/** The session of a subscription has no payment to be found by. */
const isNamed = (session: Json, query: URLSearchParams): boolean =>
  ['payment_intent', 'subscription'].every((name) => query.get(name) === null || session[name] === query.get(name));

function listInvoicePayments({ query }: Exchange, { bills }: StripeAccount): Reply {
  const [payment, invoice] = [query.get('payment[payment_intent]'), query.get('invoice')];
  if (payment !== null && query.get('payment[type]') !== 'payment_intent')
    return fault(400, 'parameter_missing', 'payment[type]');
  const whole = query.getAll('expand[]').includes('data.payment.payment_intent.latest_charge');
  const isAsked = (bill: Bill): boolean =>
    (payment === null || bill.payment.id === payment) && (invoice === null || bill.invoice.id === invoice);
  const row = ({ invoice: of, payment: by, charge }: Bill): Json => ({
    ...{ id: `inpay_${of.id}`, object: 'invoice_payment', invoice: of.id, status: 'paid', is_default: true },
    ...{ amount_paid: charge['amount'], amount_requested: charge['amount'], currency: charge['currency'] },
    payment: { type: 'payment_intent', payment_intent: whole ? { ...by, latest_charge: charge } : by.id },
  });
  return list(bills.filter(isAsked).map(row));
}

const endpointOf = ({ endpoint, enabled }: StripeAccount): Json => ({
  ...{ id: 'we_example1', object: 'webhook_endpoint', url: endpoint },
  ...{ status: enabled ? 'enabled' : 'disabled', enabled_events: ['*'] },
});

const list = (data: readonly Json[], more = false): Reply => json(200, { object: 'list', data, has_more: more });

function expanded({ session, lines, payment, charge }: Sale, names: readonly string[], shown: number): Json {
  const whole: Json = { ...session };
  if (names.includes('line_items.data.price.product'))
    whole['line_items'] = { object: 'list', data: lines.slice(0, shown), has_more: lines.length > shown };
  if (names.includes('payment_intent.latest_charge') && session['payment_intent'] !== null)
    whole['payment_intent'] = { ...payment, latest_charge: charge };
  if (names.includes('discounts.promotion_code'))
    whole['discounts'] = [{ coupon: null, promotion_code: { id: 'promo_example1', code: 'TEN' } }];
  return whole;
}

/** Newest first; types must be named in the way that the API knows. */
function listEvents({ query }: Exchange, { events }: StripeAccount): Reply {
  const types = query.getAll('types[]');
  if (types.length > 20) return fault(400, 'parameter_invalid', 'types[] takes 20');
  const limit = Number(query.get('limit') ?? 10);
  if (!(limit >= 1 && limit <= 100)) return fault(400, 'parameter_invalid_integer', 'limit');
  const since = Number(query.get('created[gte]') ?? 0);
  const all = events
    .filter(({ type, created }) => (types.length === 0 || types.includes(String(type))) && Number(created) >= since)
    .toReversed();
  const start = all.findIndex(({ id }) => id === query.get('starting_after')) + 1;
  return list(all.slice(start, start + limit), all.length > start + limit);
}
