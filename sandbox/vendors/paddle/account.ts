/** The account behind the sandbox Paddle: transactions, their adjustments, and the destination that is told. */
import { createHmac } from 'node:crypto';
import type { Json } from '../../fields/shape.ts';

export interface PaddleTraps {
  apiKey: string;
  webhookSecret: string;
  /** Events are lost on the way. */
  lose: boolean;
  /** Each event is posted twice. */
  twice: boolean;
  /** Events are kept back until `POST merchant/release`, which posts them newest first. */
  hold: boolean;
  /** The API's own trouble: an HTTP status, 0 for none. */
  broken: number;
  /** Rows a page. */
  perPage: number;
  /** What the key may not read: `adjustments`. */
  mayNot: string;
}

export type PaddleRow = Json & { id: string };

export interface PaddleAccount {
  transactions: PaddleRow[];
  adjustments: PaddleRow[];
  destination: string;
  active: boolean;
  subscribed: string[];
  held: Json[];
  /** What each post was answered. */
  answers: number[];
  next: number;
  now: () => number;
  traps: PaddleTraps;
}

export const stamp = (at: number): string => new Date(at).toISOString().replace('Z', '000Z');

/** The contract notes' sample: 2 licences, a discount of 10.00 and 19 % tax, 90.00 in all. */
export function completeTransaction(account: PaddleAccount, fields: Json): PaddleRow {
  const at = stamp(account.now());
  const { totals = {}, ...rest } = fields;
  const number = account.next++;
  const row: PaddleRow = {
    ...{ id: `txn_example${number}`, status: 'completed', origin: 'web', customer_id: 'ctm_example1' },
    ...{
      address_id: 'add_example1',
      currency_code: 'EUR',
      invoice_number: `325-${10041 + number}`,
      discount_id: 'dsc_example1',
    },
    ...{ custom_data: null, billed_at: at, created_at: at, updated_at: at },
    details: {
      totals: {
        ...{ subtotal: '8403', discount: '840', tax: '1437', total: '9000', grand_total: '9000', fee: '500' },
        ...{ earnings: '7063', currency_code: 'EUR' },
        ...(totals as Json),
      },
      line_items: [
        {
          ...{ id: 'txnitm_example1', price_id: 'pri_example1', quantity: 2 },
          totals: { subtotal: '8403', discount: '840', tax: '1437', total: '9000' },
          unit_totals: { subtotal: '4202', discount: '420', tax: '718', total: '4500' },
          product: { id: 'pro_example1', name: 'Licence' },
        },
      ],
    },
    ...rest,
  };
  account.transactions.push(row);
  return row;
}

/** The transaction's own totals and its time of change stay as they were. */
export function adjust(account: PaddleAccount, transaction: PaddleRow, fields: Json): PaddleRow {
  const at = stamp(account.now());
  const { amount, ...rest } = fields;
  const row: PaddleRow = {
    ...{ id: `adj_example${String(account.next++).padStart(6, '0')}`, action: 'refund', type: 'partial' },
    ...{ status: 'approved', transaction_id: transaction.id, created_at: at, updated_at: at },
    totals: { total: String(amount), currency_code: transaction['currency_code'] },
    ...rest,
  };
  account.adjustments.push(row);
  return row;
}

export async function tellEvent(account: PaddleAccount, type: string, data: Json): Promise<void> {
  if (account.traps.lose || !account.active || !account.subscribed.includes(type)) return;
  const event = {
    ...{ event_id: `evt_example${account.next++}`, event_type: type, occurred_at: stamp(account.now()) },
    ...{ notification_id: `ntf_example${account.next++}`, data: structuredClone(data) },
  };
  if (account.traps.hold) return void account.held.push(event);
  await postEvent(account, event);
  if (account.traps.twice) await postEvent(account, event);
}

export async function postEvent(account: PaddleAccount, event: Json): Promise<void> {
  const body = JSON.stringify(event);
  const time = Math.floor(account.now() / 1000);
  const signature = createHmac('sha256', account.traps.webhookSecret).update(`${time}:${body}`).digest('hex');
  const headers = { 'content-type': 'application/json', 'paddle-signature': `ts=${time};h1=${signature}` };
  const status = await fetch(account.destination, { method: 'POST', headers, body }).then(
    (response) => response.status,
    () => 0,
  );
  account.answers.push(status);
}
