/** Retention: forgets what its time has come for, in small slices, so that nobody who orders meanwhile waits. Run hourly by `serve`. */
import { MESSAGE_MEMORY } from '../model/upkeep/message-memory.ts';
import type { Clock } from '../lib/clock.ts';
import { hours } from '../lib/duration.ts';
import { keepRounds } from '../lib/rounds.ts';
import { siteSchema } from '../configuration/site-schema.ts';
import type { Sites } from '../configuration/sites.ts';
import type { SweptTable, UpkeepStore } from '../store/upkeep-store.ts';

/** Rows looked at in one transaction: a few milliseconds of the store's thread. */
const SLICE = 500;
const EVERY = hours(1);

/** What a site that is gone would have had. */
const DEFAULTS = siteSchema.parse({ id: 'x', domains: ['x'] }).retention;

export interface RetentionDeps {
  store: Pick<UpkeepStore, 'sitesWithData' | 'sweep' | 'sweepTokens' | 'addAudit'>;
  sites: () => Promise<Sites>;
  clock: Clock;
  /** What ages are counted by; the clock unless given. */
  agreed?: Clock;
  /** Whether it is this process that forgets: of several on one store one does. */
  mayRun?: () => Promise<boolean>;
}

/** Rows that lost something, by table. */
export type Forgotten = Record<SweptTable | 'token', number>;

/**
 * Touches, proofs of withdrawn consent and the ties between customers and browsers go with `retention.touches`; personal fields of orders, bodies of
 * exchanges and refused orders with `retention.personal`; personal fields of lists' contacts with `retention.contacts`, counted from
 * the last that was heard of the person: a change, an order, a sign-in. `stopped` ends it between two slices.
 */
export async function runRetention(deps: RetentionDeps, stopped: () => boolean = () => false): Promise<Forgotten> {
  const { store, clock, mayRun = () => Promise.resolve(true) } = deps;
  const now = (deps.agreed ?? clock)();
  const { byId } = await deps.sites();
  const forgotten: Forgotten = {
    touch: 0,
    orders: 0,
    attempt: 0,
    identity: 0,
    quarantine: 0,
    contact: 0,
    withdrawal: 0,
    token: 0,
  };
  const all = new Set([...byId.keys(), ...(await store.sitesWithData())]);
  for (const site of all) {
    if (!(await mayRun())) break;
    const { touches, personal, contacts = personal } = byId.get(site)?.config.retention ?? DEFAULTS;
    const ages: Record<SweptTable, number> = {
      touch: touches,
      identity: touches,
      orders: personal,
      attempt: personal,
      quarantine: personal,
      contact: contacts,
      withdrawal: touches,
    };
    for (const [table, age] of Object.entries(ages) as [SweptTable, number][])
      forgotten[table] += await sweepAll({ store, table, site, before: now - age, stopped });
  }
  for (let gone = SLICE; gone >= SLICE && !stopped() && (await mayRun()); forgotten.token += gone)
    gone = await store.sweepTokens(now - MESSAGE_MEMORY, SLICE);
  // Tokens come and go with every visit; what is worth a line is what people left behind.
  const { token: _token, ...told } = forgotten;
  if (Object.values(told).some((count) => count > 0))
    await store.addAudit({ at: clock(), actor: 'retention', action: 'forget', detail: JSON.stringify(told) });
  return forgotten;
}

async function sweepAll(given: {
  store: RetentionDeps['store'];
  table: SweptTable;
  site: string;
  before: number;
  stopped: () => boolean;
}): Promise<number> {
  const { store, table, site, before, stopped } = given;
  let changed = 0;
  let after: string | null = null;
  while (!stopped()) {
    const swept: Awaited<ReturnType<typeof store.sweep>> = await store.sweep(table, {
      site,
      before,
      after,
      limit: SLICE,
    });
    changed += swept.changed;
    after = swept.next;
    if (after === null) break;
  }
  return changed;
}

/** Runs it now and every hour; the returned function ends it and waits for the slice that is under way. */
export function keepRetention(
  deps: RetentionDeps & { log: { error(fields: object, message: string): void } },
): () => Promise<void> {
  return keepRounds({
    every: EVERY,
    round: (stopping) => runRetention(deps, stopping),
    failed: (error) => deps.log.error({ err: error }, 'retention failed; it is tried again within the hour'),
  });
}
