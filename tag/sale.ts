/** Orders between the page and the queue: found or told, completed with what is known, held until the gate opens. */
import type { Fire } from '../collector/destinations/destination.ts';
import type { ConversionBody } from '../collector/wire.ts';
import { readAmount } from './amount.ts';
import { consent } from './consent.ts';
import { fire } from './fire.ts';
import { journey } from './keeper.ts';
import { fromFields, tidy } from './order.ts';
import type { Loose } from './order.ts';
import { enqueue } from './queue.ts';
import { guard, say } from './say.ts';
import { isSeen, see } from './seen.ts';
import { collector, page, settings } from './settings.ts';

const waiting: Loose[] = [];
let customer: Loose = {};
let onOrder: () => void;

export const startSale = (listener: () => void): void => {
  onOrder = listener;
};

/** What is known of the customer, for the next order. */
export const identify = ({ customerId, ...rest }: Loose): void => {
  customer = { ...customer, id: customerId, ...rest };
};

/** Takes an order, and tells the gate, so that it goes at once where it may. */
export const take = (order: Loose): void => {
  waiting.push({ ...tidy(order), customer: { ...customer, ...order.customer } });
  onOrder();
};

/** Takes an order that nobody told us about: only with an order id and a readable total, because nobody will hear of its refusal. */
export function takeFound(order: Loose): void {
  if (order.orderId != null && readAmount(order.total) != null) take(order);
  else say('skipped', 'incomplete order', order);
}

const read = new Set<unknown>();

/** Orders written into the page: `data-clickthread-order`, and CS-Cart's `order_info` (contracts/order-detection.md, E.2). */
export function scanPage(): void {
  document.querySelectorAll<HTMLElement>('[data-clickthread-order]').forEach((element) => {
    const { clickthreadOrder: text } = element.dataset;
    if (read.has(text)) return;
    read.add(text);
    guard(() => [].concat(JSON.parse(text!)).forEach(take))();
  });
  const info = page.order_info;
  if (settings.detect !== false && info?.transaction_id && !read.has(info)) {
    read.add(info);
    // Its total is in the shop's primary currency while it names the one that was displayed.
    takeFound(fromFields(info, info.items, settings.currency ?? info.currency));
  }
}

/** Sends what waits. `local` makes pixels and forms of an order where no collector decides about them. */
export function release(url: string, local?: (order: Loose) => Fire[]): void {
  for (const order of waiting.splice(0)) {
    // Without an order id the collector keeps the order in quarantine; until then its content names it.
    const key: string = order.orderId ?? JSON.stringify(order);
    const body = { ...journey(), consent, page: url, ...order } as ConversionBody;
    if (isSeen(key)) say('skipped', 'order already sent', body);
    else {
      if (local) fire(key, local(order));
      if (collector) enqueue(key, body);
      else see(key);
    }
  }
}
