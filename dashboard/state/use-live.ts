/** The newest orders, kept up by a stream of events; where no stream comes through, by asking again and again. */
import { useEffect, useState } from 'preact/hooks';
import type { OrderRow } from '../../wire/admin/orders.ts';
import { ask, Refused } from './ask.ts';

export interface Live {
  /** Undefined until the first have come. */
  orders: OrderRow[] | undefined;
  way: 'opening' | 'stream' | 'poll' | 'away';
  /** Orders that have come since the page was opened. */
  arrived: number;
}

/** Rows that stay on the page. */
const KEPT = 100;
/** Milliseconds between two questions where there is no stream, until a stream is tried again, and until a lost one is spoken of. */
const ASK = 3000;
const TRY = 30_000;
const LOST = 3000;

const keyOf = ({ site, orderId }: OrderRow): string => `${site} ${orderId}`;

/** Newest first, each once, as it was told last. */
export function mergeOrders(before: readonly OrderRow[], told: readonly OrderRow[]): OrderRow[] {
  const rows = new Map([...before, ...told].map((row) => [keyOf(row), row]));
  return [...rows.values()].toSorted((a, b) => Date.parse(b.receivedAt) - Date.parse(a.receivedAt)).slice(0, KEPT);
}

/** `site`: all that one may see unless given. `paused`: nothing is followed, and what is there stays. */
export function useLive(site: string | undefined, paused: boolean): Live {
  const [orders, setOrders] = useState<OrderRow[]>();
  const [way, setWay] = useState<Live['way']>('opening');
  const [since, setSince] = useState<string>();
  useEffect(() => {
    if (paused) return;
    const path = `/live${site === undefined ? '' : `?site=${encodeURIComponent(site)}`}`;
    return follow(path, {
      onWay: setWay,
      onNow: (now) => setSince((before = now) => before),
      onOrders: (told) => setOrders((before = []) => mergeOrders(before, told)),
    });
  }, [site, paused]);
  const mine = orders?.filter((row) => site === undefined || row.site === site);
  const arrived = mine?.filter(({ receivedAt }) => since !== undefined && receivedAt > since).length ?? 0;
  return { orders: mine, way, arrived };
}

/** Follows until the answer is called. */
function follow(
  path: string,
  given: {
    onWay: (way: Live['way']) => void;
    /** The collector's time, ISO 8601. */
    onNow: (now: string) => void;
    onOrders: (told: OrderRow[]) => void;
  },
): () => void {
  const { onWay, onNow, onOrders } = given;
  let source: EventSource | undefined;
  let poll: ReturnType<typeof setInterval> | undefined;
  let lost: ReturnType<typeof setTimeout> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  const close = (): void => {
    source?.close();
    clearInterval(poll);
    clearTimeout(lost);
    clearTimeout(again);
  };
  let isAway = false;
  let isOver = false;
  const look = (): void => {
    const refused = source;
    const isLate = (): boolean => isOver || source !== refused;
    // What is away or has ended is told over the page by whoever asks.
    if (document.visibilityState === 'visible')
      ask<{ now: string; orders: OrderRow[] }>('GET', path).then(
        ({ now, orders }) => {
          if (isLate()) return;
          onNow(now);
          onOrders(orders);
          // A collector that was stopping refused the stream; the one that is back may have it.
          if (isAway) open();
          else onWay('poll');
        },
        (error) => {
          if (isLate() || (error instanceof Refused && error.status < 500)) return;
          isAway = true;
          onWay('away');
        },
      );
  };
  const open = (): void => {
    close();
    isAway = false;
    source = new EventSource(`api${path}`);
    source.addEventListener('open', () => {
      clearTimeout(lost);
      lost = undefined;
      onWay('stream');
      onOrders([]);
    });
    source.addEventListener('now', ({ data }) => onNow(JSON.parse(String(data)) as string));
    source.addEventListener('order', ({ data }) => onOrders([JSON.parse(String(data)) as OrderRow]));
    source.addEventListener('error', () => {
      // The browser tries again by itself, unless it was refused.
      if (source?.readyState !== EventSource.CLOSED) {
        lost ??= setTimeout(() => onWay('away'), LOST);
        return;
      }
      close();
      onWay('poll');
      look();
      poll = setInterval(look, ASK);
      again = setTimeout(open, TRY);
    });
  };
  open();
  return () => {
    isOver = true;
    close();
  };
}
