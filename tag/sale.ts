/** Orders between the page and the queue: completed with what is known, held until the gate opens. */
import type { ConversionBody } from '../collector/wire.ts';
import { read } from './cookie.ts';
import { fingerprint } from './fingerprint.ts';
import { journey } from './keeper.ts';
import type { Loose } from './order.ts';
import { send } from './queue.ts';
import { guard, say } from './say.ts';
import { consent } from './state.ts';

/** Orders of this browser, as hashes, in a cookie for the site's other hosts to know: it travels, an order's number need not. */
export const SEEN = '_ct_o';

/** Orders until the gate opens. */
export const waiting: Loose[] = [];
let customer: Loose = {};
/** What this page sent, whatever became of it. */
const sent: Record<string, boolean> = {};

/** What is known of the customer, for the next order. */
export const identify = ({ customerId: id, ...rest }: Loose): void => {
  customer = { ...customer, id, ...rest };
};

/** Sends what waits. */
export const release = (): unknown =>
  waiting.splice(0).map(
    guard((order: Loose) => {
      // Without an order id the collector keeps the order in quarantine; until then its content names it.
      const key = `${order.orderId ?? JSON.stringify(order)}`;
      const body = {
        journey: journey(),
        consent,
        ...order,
        customer: { ...customer, ...order.customer },
      } as unknown as ConversionBody;
      if (sent[key] || read(SEEN)?.split('.').includes(fingerprint(key))) say('skipped', 'already sent', body);
      else void send({ key, body });
      sent[key] = true;
    }),
  );
