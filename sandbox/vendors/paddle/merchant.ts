/** What shopper, merchant, bank and Paddle's own desk do, as `/paddle/merchant/*`. Not Paddle's API. */
import { type Exchange, json, type Reply } from '../../reply.ts';
import type { Json } from '../../fields/shape.ts';
import { adjust, completeTransaction, type PaddleAccount, postEvent, stamp, tellEvent } from './account.ts';

export async function answerMerchant(exchange: Exchange, account: PaddleAccount): Promise<Reply> {
  const [, , entity, id, deed] = exchange.path.split('/');
  const body = (exchange.body === '' ? {} : JSON.parse(exchange.body)) as Json;
  if (entity === 'destination') {
    const { url = account.destination, events = account.subscribed, active = true } = body;
    Object.assign(account, { destination: url, subscribed: events, active });
    return json(200, { url: account.destination });
  }
  if (entity === 'release') {
    const kept = account.held.splice(0).reverse();
    for (const event of kept) await postEvent(account, event);
    return json(200, { sent: kept.length });
  }
  if (entity === 'transactions' && id === undefined) {
    const row = completeTransaction(account, body);
    await tellEvent(account, `transaction.${String(row['status'])}`, row);
    return json(201, { id: row.id, invoice_number: row['invoice_number'] });
  }
  const transaction = account.transactions.find((one) => one.id === id);
  if (entity === 'transactions' && transaction && deed === undefined) {
    Object.assign(transaction, body, { updated_at: stamp(account.now()) });
    await tellEvent(account, `transaction.${String(transaction['status'])}`, transaction);
    return json(200, transaction);
  }
  if (entity === 'transactions' && transaction && deed === 'adjustments') {
    const row = adjust(account, transaction, body);
    await tellEvent(account, 'adjustment.created', row);
    return json(201, { id: row.id });
  }
  const adjustment = account.adjustments.find((one) => one.id === id);
  if (entity !== 'adjustments' || !adjustment)
    return json(404, { message: 'use …/merchant/transactions[/ID[/adjustments]], …/adjustments/ID, …/destination' });
  Object.assign(adjustment, body, { updated_at: stamp(account.now()) });
  await tellEvent(account, 'adjustment.updated', adjustment);
  return json(200, adjustment);
}
