/** What shopper, merchant and bank do at `/stripe/merchant/*`: checkouts, captures, refunds, disputes, renewals, the endpoint. Not Stripe’s API. */
import { type Exchange, json, type Reply } from '../../reply.ts';
import type { Json } from '../../fields/shape.ts';
import {
  completeCheckout,
  type Payment,
  postEvent,
  renew,
  type Sale,
  type StripeAccount,
  tellEvent,
} from './account.ts';

export async function answerMerchant(exchange: Exchange, account: StripeAccount): Promise<Reply> {
  const [, , entity, id, deed] = exchange.path.split('/');
  const body = (exchange.body === '' ? {} : JSON.parse(exchange.body)) as Json;
  if (entity === 'endpoint' && body['url'] !== undefined) account.endpoint = String(body['url']);
  if (entity === 'endpoint') return json(200, { url: account.endpoint, enabled: account.enabled });
  if (entity === 'release' || entity === 'retry') {
    const kept = (entity === 'release' ? account.held : account.failed).splice(0).reverse();
    for (const event of kept) await postEvent(account, event);
    return json(200, { sent: kept.length });
  }
  if (entity === 'checkouts') {
    const { lines, ...fields } = body;
    const sale = completeCheckout(account, fields, lines as Json[] | undefined);
    await tellEvent(account, 'checkout.session.completed', sale.session);
    return json(201, {
      session: sale.session.id,
      payment: sale.payment.id,
      subscription: sale.session['subscription'],
    });
  }
  const subscribed = account.sales.find(({ session }) => session['subscription'] === id);
  if (entity === 'subscriptions' && deed === 'renew' && subscribed) {
    const { invoice, payment } = renew(account, subscribed, body);
    await tellEvent(account, 'invoice.payment_succeeded', invoice);
    await tellEvent(account, 'invoice.paid', invoice);
    return json(201, { invoice: invoice.id, payment: payment.id });
  }
  const sale = [...account.sales, ...account.bills].find(({ payment }) => payment.id === id);
  const act = deed === undefined ? undefined : DEEDS[deed];
  if (!sale || !act)
    return json(404, {
      message: `use …/merchant/checkouts, …/payments/ID/${Object.keys(DEEDS).join('|')}, …/subscriptions/ID/renew`,
    });
  await act(account, sale, body);
  return json(200, { charge: sale.charge });
}

const DEEDS: Record<string, (account: StripeAccount, sale: Payment & Partial<Sale>, body: Json) => Promise<void>> = {
  async succeed(account, { session = {}, payment, charge }) {
    Object.assign(session, { payment_status: 'paid' });
    Object.assign(payment, { status: 'succeeded' });
    Object.assign(charge, { captured: true, amount_captured: charge['amount'], status: 'succeeded' });
    await tellEvent(account, 'checkout.session.async_payment_succeeded', session);
  },
  async fail(account, { session = {}, payment, charge }) {
    Object.assign(payment, { status: 'requires_payment_method' });
    charge['status'] = 'failed';
    await tellEvent(account, 'checkout.session.async_payment_failed', session);
  },
  /** Of what was authorized; the rest is released, and stands among what went back. The session goes on as it was. */
  async capture(account, { payment, charge }, { amount = charge['amount'] }) {
    const released = Number(charge['amount']) - Number(amount);
    Object.assign(payment, { status: 'succeeded' });
    Object.assign(charge, { captured: true, amount_captured: amount, amount_refunded: released, status: 'succeeded' });
    await tellEvent(account, 'charge.captured', charge);
  },
  /** Nobody captured it: all of it goes back. */
  async release(account, { payment, charge }) {
    Object.assign(payment, { status: 'canceled' });
    Object.assign(charge, { amount_refunded: charge['amount'], refunded: true, captured: false });
    await tellEvent(account, 'payment_intent.canceled', payment);
  },
  async refund(account, { charge }, { amount }) {
    const refunded = Number(charge['amount_refunded']) + Number(amount);
    Object.assign(charge, { amount_refunded: refunded, refunded: refunded === charge['amount'] });
    await tellEvent(account, 'charge.refunded', charge);
  },
  /** The bank could not pay it back: the amount is the merchant's again. */
  async 'refund-fails'(account, { charge, payment }, { amount }) {
    Object.assign(charge, { amount_refunded: Number(charge['amount_refunded']) - Number(amount), refunded: false });
    const refund = { id: 're_example1', object: 'refund', amount, status: 'failed', payment_intent: payment.id };
    await tellEvent(account, 'refund.failed', refund);
  },
  /** `status` warning_needs_response is an inquiry: no money moves. */
  async dispute(account, { charge, payment, disputes }, { amount, status = 'needs_response' }) {
    const dispute = {
      id: `dp_example${account.next++}`,
      object: 'dispute',
      amount,
      status: String(status),
      payment_intent: payment.id,
    };
    disputes.push(dispute);
    charge['disputed'] = true;
    await tellEvent(account, 'charge.dispute.created', dispute);
    if (!dispute.status.startsWith('warning')) await tellEvent(account, 'charge.dispute.funds_withdrawn', dispute);
  },
  async close(account, { disputes }, { status }) {
    const dispute = disputes.at(-1)!;
    dispute.status = String(status);
    await tellEvent(account, 'charge.dispute.closed', dispute);
  },
};
