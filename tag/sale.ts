/** Orders between the page and the queue: completed with what is known, held until the gate opens. */
import type { ConversionBody } from '../wire/messages.ts';
import { fingerprint } from '../wire/fingerprint.ts';
import { readVisit } from './journey-cookie.ts';
import { arriving } from './landing.ts';
import { SENT } from './names.ts';
import type { Loose } from './page.ts';
import { queueOrder } from './queue.ts';
import { guard, tellPage } from './say.ts';
import { consent, site } from './state.ts';
import { storage } from './storage.ts';

/** Orders until the gate opens, each with what makes it one and the same. */
export const unsentOrders: [key: string, order: Loose][] = [];

/** Holds an order, which leaves at once where the gate is open. */
export const takeOrder = (key: string, order: Loose): void => {
  unsentOrders.push([key, order]);
  site.changed?.();
};

/** Sends what waits; while a journey arrives that they are to go with, it is only stored: the page may leave in the next moment. */
export const sendOrders = (): unknown =>
  (arriving ? unsentOrders : unsentOrders.splice(0)).map(
    guard(([text, order]) => {
      const key = SENT + fingerprint(text);
      const body = {
        journey: readVisit(),
        consent,
        identity: site.identity,
        ...order,
      } as unknown as ConversionBody;
      if (storage[key]) tellPage('skipped', 'already sent', body);
      else void queueOrder({ key, body }, arriving);
    }),
  );
