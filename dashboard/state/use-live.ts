/** The newest orders and refusals, kept up by a stream of events; where no stream comes through, by asking again and again. */
import { useEffect, useState } from 'preact/hooks';
import type { LiveAnswer, LiveOrder, LiveRefusal, LiveStanding, OrderRow } from '../../wire/admin/orders.ts';
import { ask, Refused } from './ask.ts';

export interface Live {
  /** Undefined until the first have come. */
  orders: LiveOrder[] | undefined;
  refused: LiveRefusal[];
  way: 'opening' | 'stream' | 'poll' | 'away';
  /** Orders that have come since the page was opened. */
  arrived: number;
}

/** Rows that stay on the page. */
const KEPT = 100;
const REFUSED = 20;
/** Milliseconds between two questions where there is no stream, until a stream is tried again, and until a lost one is spoken of. */
const ASK = 3000;
const TRY = 30_000;
const LOST = 3000;

const keyOf = ({ site, orderId }: OrderRow): string => `${site} ${orderId}`;

/** Newest first, each once, as it was told last. */
export function mergeOrders<Row extends OrderRow>(before: readonly Row[], told: readonly Row[]): Row[] {
  const rows = new Map([...before, ...told].map((row) => [keyOf(row), row]));
  return [...rows.values()].toSorted((a, b) => Date.parse(b.receivedAt) - Date.parse(a.receivedAt)).slice(0, KEPT);
}

/** The same of refusals. */
export function mergeRefused(before: readonly LiveRefusal[], told: readonly LiveRefusal[]): LiveRefusal[] {
  const rows = new Map([...before, ...told].map((row) => [row.id, row]));
  return [...rows.values()].toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, REFUSED);
}

/** Without those of the site, or of every site, that stand no more: they were mended, taken or dropped. */
export const keepStanding = (
  refused: readonly LiveRefusal[],
  { site, ids }: { site?: string; ids: readonly string[] },
): LiveRefusal[] => refused.filter((one) => (site !== undefined && one.site !== site) || ids.includes(one.id));

/** By the beginning of its id; the mark of a browser that keeps no cookie may be left out. */
export const isOfBrowser = ({ browsers }: { browsers: readonly string[] }, browser: string | undefined): boolean =>
  browser === undefined || browsers.some((one) => one.startsWith(browser) || one.startsWith(`~${browser}`));

interface Wanted {
  /** All that one may see unless given. */
  site: string | undefined;
  /** Beginning of a browser's id; everybody unless given. It is sent to nobody. */
  browser: string | undefined;
}

/** `paused`: nothing is followed, and what is there stays. */
export function useLive({ site, browser }: Wanted, paused: boolean): Live {
  const [orders, setOrders] = useState<LiveOrder[]>();
  const [refused, setRefused] = useState<LiveRefusal[]>([]);
  const [way, setWay] = useState<Live['way']>('opening');
  const [since, setSince] = useState<string>();
  useEffect(() => {
    if (paused) return;
    const path = `/live${site === undefined ? '' : `?site=${encodeURIComponent(site)}`}`;
    return follow(path, {
      onWay: setWay,
      onNow: (now) => setSince((before = now) => before),
      // Sorted out before the page is full: what others do must not push away what is looked for.
      onOrders: (told) =>
        setOrders((before = []) =>
          mergeOrders(
            before,
            told.filter((row) => isOfBrowser(row, browser)),
          ),
        ),
      onRefused: (told) =>
        setRefused((before) =>
          mergeRefused(
            before,
            told.filter((row) => isOfBrowser(row, browser)),
          ),
        ),
      onStanding: (standing) => setRefused((before) => keepStanding(before, standing)),
    });
  }, [site, browser, paused]);
  const isWanted = (row: LiveOrder | LiveRefusal): boolean =>
    (site === undefined || row.site === site) && isOfBrowser(row, browser);
  const mine = orders?.filter(isWanted);
  const arrived = mine?.filter(({ receivedAt }) => since !== undefined && receivedAt > since).length ?? 0;
  return { orders: mine, refused: refused.filter(isWanted), way, arrived };
}

/** Follows until the answer is called. */
function follow(
  path: string,
  given: {
    onWay: (way: Live['way']) => void;
    /** The collector's time, ISO 8601. */
    onNow: (now: string) => void;
    onOrders: (told: LiveOrder[]) => void;
    onRefused: (told: LiveRefusal[]) => void;
    /** Of one site, or of all. */
    onStanding: (standing: { site?: string; ids: readonly string[] }) => void;
  },
): () => void {
  const { onWay, onNow, onOrders, onRefused, onStanding } = given;
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
    const asked = source;
    const isLate = (): boolean => isOver || source !== asked;
    // What is away or has ended is told over the page by whoever asks.
    if (document.visibilityState === 'visible')
      ask<LiveAnswer>('GET', path).then(
        ({ now, orders, refused }) => {
          if (isLate()) return;
          onNow(now);
          onOrders(orders);
          onRefused(refused);
          onStanding({ ids: refused.map(({ id }) => id) });
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
    source.addEventListener('order', ({ data }) => onOrders([JSON.parse(String(data)) as LiveOrder]));
    source.addEventListener('refused', ({ data }) => onRefused([JSON.parse(String(data)) as LiveRefusal]));
    source.addEventListener('refusals', ({ data }) => onStanding(JSON.parse(String(data)) as LiveStanding));
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
