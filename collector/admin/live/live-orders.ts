/**
 * What the page Live shows: the newest orders and refusals of each site, told again whenever anything about one changes, its reports included. One
 * look at the store a second serves everybody who watches, and none is made while nobody does. It sees what any process has written.
 */
import type { LiveOrder, LiveRefusal, LiveStanding } from '../../../wire/admin/orders.ts';
import type { Sites } from '../../configuration/sites.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/id.ts';
import type { Seal } from '../../lib/seal.ts';
import type { Store } from '../../store/store.ts';
import { findStored, type SearchDeps, viewRow } from '../orders/search-orders.ts';
import { viewRefusal } from './view-refusal.ts';

/** One thing that came, or changed. */
export type Happening =
  | { event: 'order'; row: LiveOrder }
  | { event: 'refused'; row: LiveRefusal }
  | { event: 'refusals'; row: LiveStanding };

export interface Watcher {
  sites: readonly string[];
  /** Whether it is told of refusals, too. */
  refusals: boolean;
  /** Id of the last event that it has seen, if it comes back. */
  after?: string | undefined;
  tell: (id: string, happening: Happening) => void;
  /** Nothing more is told. */
  end: () => void;
}

export interface LiveOrders {
  /** Whether nobody more may watch: too many do already, or it has ended. */
  isFull(): boolean;
  /** Tells what is there, then whatever comes, until the answer is called. */
  watch(watcher: Watcher): () => void;
  newest(sites: readonly string[]): Promise<LiveOrder[]>;
  refused(sites: readonly string[]): Promise<LiveRefusal[]>;
  /** Ends every watcher, and lets in no more. */
  end(): void;
}

const EVERY = 1000;
const MOST_WATCHERS = 50;
/** Refusals of one site that are shown. */
const REFUSED = 50;

/** As it was told last. */
interface Told {
  number: number;
  text: string;
  happening: Happening;
}

interface LiveDeps {
  read: SearchDeps['read'] & Pick<Store, 'quarantine'>;
  sites: () => Promise<Sites>;
  seal: Seal;
  clock: Clock;
  log: { error: (fields: object, text: string) => void };
  /** Milliseconds between two looks; a second unless given. */
  every?: number;
}

export function createLiveOrders(deps: LiveDeps): LiveOrders {
  const { read, sites, seal, clock, log, every = EVERY } = deps;
  const watchers = new Set<Watcher>();
  /** By site, then by what it is: no more than one look finds. */
  const told = new Map<string, Map<string, Told>>();
  // Numbers of another process say nothing here.
  const origin = newId(clock());
  let number = 0;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;

  const newest = (among: readonly string[]): Promise<LiveOrder[]> => readNewest(among, { read, sites, seal, clock });
  const refused = (among: readonly string[], known?: ReadonlyMap<string, Told>): Promise<LiveRefusal[]> =>
    readRefused(among, known, { read, seal });
  /** Of one site, oldest first, so that a number tells what came before it. */
  const happeningsOf = async (site: string, known: ReadonlyMap<string, Told>): Promise<[key: string, Happening][]> => {
    const orders = await newest([site]);
    const isWanted = [...watchers].some((one) => one.refusals && one.sites.includes(site));
    return inOrder(site, orders, isWanted ? await refused([site], known) : undefined);
  };
  const look = async (): Promise<void> => {
    const watched = new Set([...watchers].flatMap((one) => one.sites));
    for (const site of told.keys()) if (!watched.has(site)) told.delete(site);
    for (const site of watched) {
      const known = told.get(site) ?? new Map<string, Told>();
      const rows = (await happeningsOf(site, known)).map(([key, happening]): [string, Told] => {
        const text = JSON.stringify(happening.row);
        const before = known.get(key);
        return [key, before?.text === text ? before : { number: (number += 1), text, happening }];
      });
      told.set(site, new Map(rows));
      for (const [key, one] of rows) if (known.get(key) !== one) for (const watcher of watchers) tell(watcher, one);
    }
  };
  const tell = ({ sites: theirs, refusals, tell: say }: Watcher, { number: of, happening }: Told): void => {
    if (happening.event !== 'order' && !refusals) return;
    if (theirs.includes(happening.row.site)) say(`${origin}.${of}`, happening);
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
    refused: (among) => refused(among),
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

async function readNewest(
  among: readonly string[],
  { read, sites, seal, clock }: Pick<LiveDeps, 'read' | 'sites' | 'seal' | 'clock'>,
): Promise<LiveOrder[]> {
  const found = await findStored({}, among, { read, sites, seal, now: clock() });
  if ('problems' in found) return [];
  return Promise.all(
    found.found.map(async (stored) => {
      const browsers = stored.words.heard.map(({ id }) => id);
      return { ...(await viewRow(stored, read)), gate: stored.gate, browsers };
    }),
  );
}

/** The newest of all the sites; what was opened at the last look (`known`) is not opened again. */
async function readRefused(
  among: readonly string[],
  known: ReadonlyMap<string, Told> | undefined,
  { read, seal }: Pick<LiveDeps, 'read' | 'seal'>,
): Promise<LiveRefusal[]> {
  const rows = await Promise.all(among.map((site) => read.quarantine({ site, limit: REFUSED })));
  return rows
    .flat()
    .toSorted((a, b) => b.at - a.at)
    .slice(0, REFUSED)
    .map((row) => {
      const before = known?.get(`refused ${row.id}`)?.happening;
      return before?.event === 'refused' && before.row.seen === row.seen ? before.row : viewRefusal(row, seal);
    });
}

/** What there is of a site in the order in which it is told, the oldest first; without refusals where nobody wants them. */
function inOrder(
  site: string,
  orders: readonly LiveOrder[],
  refusals: readonly LiveRefusal[] | undefined,
): [key: string, Happening][] {
  const ordered = orders.map((row): [string, Happening] => [row.orderId, { event: 'order', row }]);
  const refused = (refusals ?? []).map((row): [string, Happening] => [`refused ${row.id}`, { event: 'refused', row }]);
  const ids = (refusals ?? []).map(({ id }) => id);
  // After the refusals themselves: whoever is told of it knows them.
  const standing: [string, Happening][] = refusals ? [['refusals', { event: 'refusals', row: { site, ids } }]] : [];
  return [...[...refused, ...ordered].toReversed(), ...standing];
}
