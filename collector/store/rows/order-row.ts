/** An order as every engine keeps it. */
import { type CarriedTouch, packWords, unpackWords, wordsOfRecord } from '../../model/authority/order-words.ts';
import type { Order } from '../../model/order.ts';
import type { StoredAttribution, StoredOrder } from '../../model/stored-order.ts';

/** Amount, currency and partner stand in columns as well, for lists and totals. */
export interface OrderRow {
  site: string;
  order_id: string;
  body: string;
  personal: Buffer | null;
  reporter: StoredOrder['reporter'];
  shop_confirmed: number | boolean;
  visitor: string | null;
  email_hash: string | null;
  consent: string | null;
  attribution: string;
  words: string | null;
  heard_personal: Buffer | null;
  contest: string | null;
  signals: string | null;
  gate: StoredOrder['gate'] | null;
  stopped: number | boolean;
  subjects: string | null;
  received_at: number;
  updated_at: number;
}

/**
 * What is written of an order, in this order: site, order_id, status, body, personal, reporter, shop_confirmed, visitor, customer_id, email_hash,
 * consent, attribution, words, heard_personal, contest, signals, gate, stopped, subjects, received_at, updated_at, total, currency, partner, is_new.
 */
export function orderColumns(stored: StoredOrder): (string | number | Buffer | null)[] {
  const { personal: _sealedApart, ...body } = stored.order;
  return [
    stored.site,
    stored.order.orderId,
    stored.order.status,
    JSON.stringify(body),
    stored.personal,
    stored.reporter,
    stored.shopConfirmed ? 1 : 0,
    stored.visitor,
    stored.order.customerId ?? null,
    stored.emailHash,
    stored.consent && JSON.stringify(stored.consent),
    JSON.stringify(stored.attribution),
    packWords(stored.words, stored.order),
    stored.heardPersonal,
    stored.contest && JSON.stringify(stored.contest),
    stored.signals.length === 0 ? null : JSON.stringify(stored.signals),
    stored.gate === 'open' ? null : stored.gate,
    stored.stopped ? 1 : 0,
    stored.subjects.length === 0 ? null : JSON.stringify(stored.subjects),
    stored.receivedAt,
    stored.updatedAt,
    stored.order.total,
    stored.order.currency,
    stored.attribution.winner?.connection ?? null,
    stored.order.isNewCustomer === undefined ? null : Number(stored.order.isNewCustomer),
  ];
}

export function orderFromRow(row: OrderRow): StoredOrder {
  const order: Order = { ...(JSON.parse(row.body) as Omit<Order, 'personal'>), personal: {} };
  const consent = row.consent === null ? null : (JSON.parse(row.consent) as NonNullable<StoredOrder['consent']>);
  const attribution = JSON.parse(row.attribution) as StoredAttribution;
  const shopConfirmed = Boolean(row.shop_confirmed);
  const record = {
    ...{ order, shopConfirmed, visitor: row.visitor, consent },
    ...{ receivedAt: row.received_at, updatedAt: row.updated_at },
  };
  return {
    ...record,
    site: row.site,
    reporter: row.reporter,
    emailHash: row.email_hash,
    personal: row.personal,
    attribution,
    words:
      row.words === null
        ? wordsOfRecord({ ...record, touches: carriedOf(attribution), credited: attribution.winner !== null })
        : unpackWords(row.words, order),
    heardPersonal: row.heard_personal,
    contest: row.contest === null ? null : (JSON.parse(row.contest) as StoredOrder['contest']),
    signals: row.signals === null ? [] : (JSON.parse(row.signals) as string[]),
    gate: row.gate ?? 'open',
    stopped: Boolean(row.stopped),
    subjects: row.subjects === null ? [] : (JSON.parse(row.subjects) as string[]),
  };
}

/** Of an order that was stored without words: what the decision weighed is all that is known of its clicks. */
function carriedOf({ touches }: StoredAttribution): CarriedTouch[] {
  return touches.map(({ param, value, at, kind, url }) => ({
    ...{ param, value, at, kind: kind as CarriedTouch['kind'] },
    ...(url === undefined ? {} : { url }),
  }));
}
