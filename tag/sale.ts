/** Orders between the page and the queue: completed with what is known, held until the gate opens. */
import type { ConversionBody } from '../wire/messages.ts';
import { fingerprint } from '../wire/fingerprint.ts';
import { visit } from './keeper.ts';
import { SENT } from './names.ts';
import type { Loose } from './page.ts';
import { send } from './queue.ts';
import { guard, say } from './say.ts';
import { consent, site } from './state.ts';
import { put, storage } from './storage.ts';

/** Orders until the gate opens, each with what makes it one and the same. */
export const unsentOrders: [key: string, order: Loose][] = [];

/** Takes an order that the page reports, as it stands: an amount as people write it (`1.234,50 €`) is for the collector to read. */
export const takeOrder = (order: Loose): unknown =>
  // One that is paid at last is told again. Without an order id the collector keeps it in quarantine; until then its content names it.
  unsentOrders.push([(order.orderId ?? JSON.stringify(order)) + (order.status ?? ''), order]);

/** Sends what waits. */
export const sendOrders = (): unknown =>
  unsentOrders.splice(0).map(
    guard(([text, order]) => {
      const key = SENT + fingerprint(text);
      const body = {
        journey: visit(),
        consent,
        identity: site.identity,
        ...order,
      } as unknown as ConversionBody;
      if (storage[key]) say('skipped', 'already sent', body);
      else void send({ key, body });
      put(key, Date.now());
    }),
  );
