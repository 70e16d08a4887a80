/**
 * What the page Live shows: the newest orders of each site, told again whenever anything about one changes, its reports included. One look at
 * the store a second serves everybody who watches, and none is made while nobody does. It sees what any process has written.
 */
import type { OrderRow } from '../../../wire/admin/orders.ts';
import type { Sites } from '../../configuration/sites.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/id.ts';
import type { Seal } from '../../lib/seal.ts';
import { searchOrders, type SearchDeps } from '../orders/search-orders.ts';

export interface Watcher {
  sites: readonly string[];
  /** Id of the last event that it has seen, if it comes back. */
  after?: string | undefined;
  tell: (id: string, row: OrderRow) => void;
  /** Nothing more is told. */
  end: () => void;
}

export interface LiveOrders {
  /** Whether nobody more may watch: too many do already, or it has ended. */
  isFull(): boolean;
  /** Tells what is there, then whatever comes, until the answer is called. */
  watch(watcher: Watcher): () => void;
  newest(sites: readonly string[]): Promise<OrderRow[]>;
  /** Ends every watcher, and lets in no more. */
  end(): void;
}

const EVERY = 1000;
const MOST_WATCHERS = 50;

/** A row as it was told last. */
interface Told {
  number: number;
  text: string;
  row: OrderRow;
}

export function createLiveOrders(deps: {
  read: SearchDeps['read'];
  sites: () => Promise<Sites>;
  seal: Seal;
  clock: Clock;
  log: { error: (fields: object, text: string) => void };
  /** Milliseconds between two looks; a second unless given. */
  every?: number;
}): LiveOrders {
  const { read, sites, seal, clock, log, every = EVERY } = deps;
  const watchers = new Set<Watcher>();
  /** By site, then by order: no more than one look finds. */
  const told = new Map<string, Map<string, Told>>();
  // Numbers of another process say nothing here.
  const origin = newId(clock());
  let number = 0;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;

  const newest = async (among: readonly string[]): Promise<OrderRow[]> => {
    const found = await searchOrders({}, among, { read, sites, seal, now: clock() });
    return 'orders' in found ? found.orders : [];
  };
  const look = async (): Promise<void> => {
    const watched = new Set([...watchers].flatMap((one) => one.sites));
    for (const site of told.keys()) if (!watched.has(site)) told.delete(site);
    for (const site of watched) {
      const known = told.get(site) ?? new Map<string, Told>();
      // Oldest first, so that a number tells what came before it.
      const rows = (await newest([site])).toReversed().map((row): [string, Told] => {
        const text = JSON.stringify(row);
        const before = known.get(row.orderId);
        return [row.orderId, before?.text === text ? before : { number: (number += 1), text, row }];
      });
      told.set(site, new Map(rows));
      for (const [orderId, one] of rows)
        if (known.get(orderId) !== one) for (const watcher of watchers) tell(watcher, one);
    }
  };
  const tell = ({ sites: theirs, tell: say }: Watcher, one: Told): void => {
    if (theirs.includes(one.row.site)) say(`${origin}.${one.number}`, one.row);
  };
  const endAll = (): void => {
    for (const { end } of [...watchers]) end();
    watchers.clear();
    told.clear();
  };
  const run = async (): Promise<void> => {
    try {
      await look();
    } catch (error) {
      log.error({ err: error }, 'what the page Live shows could not be read');
      endAll();
    }
    timer = watchers.size > 0 && !ended ? setTimeout(() => void run(), every) : undefined;
  };

  return {
    newest,
    isFull: () => ended || watchers.size >= MOST_WATCHERS,
    watch(watcher) {
      const [from, seen] = (watcher.after ?? '').split('.');
      const since = from === origin ? Number(seen) : 0;
      for (const site of watcher.sites)
        for (const one of [...(told.get(site)?.values() ?? [])].toSorted((a, b) => a.number - b.number))
          if (one.number > since) tell(watcher, one);
      watchers.add(watcher);
      timer ??= setTimeout(() => void run(), 0);
      return () => void watchers.delete(watcher);
    },
    end() {
      ended = true;
      clearTimeout(timer);
      endAll();
    },
  };
}
