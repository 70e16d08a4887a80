/** The demo's terminal: a line for every report of an order, as soon as somebody has been told, or not. */
import type { Clock } from '../../../lib/clock.ts';
import { seconds } from '../../../lib/duration.ts';
import { formatMoney } from '../../../lib/money.ts';
import type { Delivery } from '../../../model/delivery.ts';
import { openSqliteStore } from '../../../store/sqlite/store.ts';

const LOOK_EVERY = seconds(1);
/** Reports that are looked at each time: a demo has few. */
const MOST = 200;

/** Returns what ends it. */
export function watchOrders(deps: { file: string; clock: Clock; print: (line: string) => void }): () => Promise<void> {
  const { file, clock, print } = deps;
  const store = openSqliteStore({ file, clock, readonly: true });
  const since = clock();
  const told = new Map<string, string>();
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      const deliveries = (await store.deliveries({ since, limit: MOST })).toReversed();
      for (const delivery of deliveries) {
        const line = lineOf(delivery);
        if (told.get(delivery.id) !== line && delivery.state !== 'sending') print(line);
        if (delivery.state !== 'sending') told.set(delivery.id, line);
      }
    } catch {
      // The collector is about to make the file, or is closing it: the next look tells.
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(() => void look(), LOOK_EVERY);
  return async () => {
    clearInterval(timer);
    await look();
    await store.close();
  };
}

/** `O1 112.00 USD → impact: confirmed` */
export function lineOf({ orderId, report, connection, kind, state, reason }: Delivery): string {
  const { total, currency } = report.order;
  const what = kind === 'conversion' ? '' : ` (${kind})`;
  const why = QUIET.has(state) ? '' : ` (${reason})`;
  return `${orderId} ${formatMoney({ minor: total, currency })} ${currency} → ${connection}${what}: ${state}${why}`;
}

/** States that say everything by themselves. */
const QUIET: ReadonlySet<Delivery['state']> = new Set(['delivered', 'confirmed', 'unverified', 'due']);
