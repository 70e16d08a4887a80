/** Orders between the page and the queue: completed with what is known, held until the gate opens. */
import type { Fire } from '../collector/destinations/destination.ts';
import type { ConversionBody } from '../collector/wire.ts';
import { consent } from './consent.ts';
import { read } from './cookie.ts';
import { late, later } from './later.ts';
import type { Loose } from './order.ts';
import { enqueue } from './queue.ts';
import { say } from './say.ts';
import { isSeen, see } from './seen.ts';
import { site } from './settings.ts';

/** Makes pixels and forms of an order where no collector decides about them. */
export type Local = (order: Loose) => Fire[];

const waiting: Loose[] = [];
let customer: Loose = {};

/** What is known of the customer, for the next order. */
export const identify = ({ customerId: id, ...rest }: Loose): void => {
  customer = { ...customer, id, ...rest };
};

/** Takes an order until the gate opens. */
export const takeOrder = (order: Loose): void =>
  void waiting.push({ ...order, customer: { ...customer, ...order.customer } });

/** Sends what waits. */
export function release(local?: Local): void {
  for (const order of waiting.splice(0)) {
    // Without an order id the collector keeps the order in quarantine; until then its content names it.
    const key = (order.orderId ?? JSON.stringify(order)) + '';
    const body = {
      journey: read('_ct') ?? site.journey,
      consent,
      page: location.origin + location.pathname,
      ...order,
    } as unknown as ConversionBody;
    if (isSeen(key)) say('skipped', 'already sent', body);
    else {
      if (local) later(() => late.fire!(key, local(order)));
      if (site.collector) enqueue(key, body);
      else see(key);
    }
  }
}
