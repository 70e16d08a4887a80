/** Orders between the page and the queue: completed with what is known, held until the gate opens. */
import type { ConversionBody } from '../wire/messages.ts';
import { fingerprint } from '../wire/fingerprint.ts';
import { journey, newId } from './keeper.ts';
import { SENT } from './names.ts';
import type { Loose } from './page.ts';
import { send } from './queue.ts';
import { guard, say } from './say.ts';
import { consent } from './state.ts';
import { put, storage } from './storage.ts';

/** Orders until the gate opens, each with what makes it one and the same. */
export const unsentOrders: [key: string, order: Loose][] = [];
let identity: Loose | undefined;

/** Nobody's journey: tells, where there is none, that the reports of this page are one visitor's. Kept nowhere. */
const visit = '1^' + newId();

/** What is known of the customer, for the next order: names, and the shop's signature under them. */
export const identify = (given: Loose): void => {
  identity = { ...identity, ...given };
};

/** Takes an order that the page reports, as it stands: an amount as people write it (`1.234,50 €`) is for the collector to read. */
export function takeOrder(order: Loose): void {
  // One that is paid at last is told again. Without an order id the collector keeps it in quarantine; until then its content names it.
  const key = (order.orderId ?? JSON.stringify(order)) + (order.status ?? '');
  unsentOrders.push([key, order]);
}

/** Sends what waits. */
export const sendOrders = (): unknown =>
  unsentOrders.splice(0).map(
    guard(([text, order]) => {
      const key = SENT + fingerprint(text);
      const body = {
        journey: journey() ?? visit,
        consent,
        identity,
        ...order,
      } as unknown as ConversionBody;
      if (storage[key]) say('skipped', 'already sent', body);
      else void send({ key, body });
      put(key, Date.now());
    }),
  );
