/** One run of a synchronization: statuses, then everything (first run), then what has changed and what was announced. Goes on where an earlier run stopped. */
import type { SourceCustomer, SourceOrder, StatusMap } from './sources/source.ts';
import { readChanges } from './sync-changes.ts';
import { readHints } from './sync-hints.ts';
import { enter, note, save, shopTime, takeCustomers, takeOrders, type Run } from './sync-run.ts';
import { passed } from './sync-tally.ts';
import { walk } from './sync-walk.ts';

export async function perform(run: Run): Promise<void> {
  await learnStatuses(run);
  // From here the shop's clock is known. What changes while the first run reads is found by the changes that follow it.
  run.checkpoint.watermark ??= shopTime(run);
  const first = run.checkpoint.phase !== 'done';
  if (run.checkpoint.phase === 'customers') await readCustomers(run);
  if (run.checkpoint.phase === 'orders') await readOrders(run);
  await readChanges(run, { first });
  await readHints(run);
  enter(run, 'done');
  await save(run, {});
}

/** Statuses are read every time: a merchant may have added a letter. A changed map is applied to what is stored. */
async function learnStatuses(run: Run): Promise<void> {
  const { sync, connection, fetcher, deps, lease } = run;
  const statuses = await fetcher.ask(sync.statuses, undefined);
  const map = sync.statusMap(statuses, connection.settings);
  const changed = Object.keys({ ...map, ...run.map }).some((letter) => map[letter] !== run.map[letter]);
  run.map = map;
  run.teller.map = map;
  for (let after: string | undefined = ''; changed && after !== undefined;) {
    const want: { map: StatusMap; after: string; since: number } = { map, after, since: run.teller.since };
    after = (await deps.store.remapOrders(lease, { ...want, now: deps.clock() })).next;
  }
  // Last, so that a crash on the way gives the whole history its new meanings again.
  await save(run, { statuses, map });
}

async function readCustomers(run: Run): Promise<void> {
  const { checkpoint, sync, fetcher, progress } = run;
  enter(run, 'customers', checkpoint.next);
  await walk<SourceCustomer>({
    ask: (paging) => fetcher.ask(sync.backfill.customers, paging),
    perPage: sync.perPage,
    from: checkpoint,
    id: ({ id }) => Number(id),
    async take({ rows, problems }, place, total) {
      Object.assign(checkpoint, place);
      Object.assign(progress, { done: Math.min(place.next, total), total });
      note(run, problems);
      await takeCustomers(run, rows);
      passed(run.counted.customers, place.last);
    },
  });
  Object.assign(checkpoint, { phase: 'orders', next: 0, last: null });
  await save(run, {});
}

async function readOrders(run: Run): Promise<void> {
  const { checkpoint, sync, fetcher, progress } = run;
  enter(run, 'orders', checkpoint.next);
  await walk<SourceOrder>({
    ask: (paging) => fetcher.ask(sync.backfill.orders, paging),
    perPage: sync.perPage,
    from: checkpoint,
    id: ({ id }) => Number(id),
    async take({ rows, problems }, place, total) {
      Object.assign(checkpoint, place);
      Object.assign(progress, { done: Math.min(place.next, total), total });
      note(run, problems);
      await takeOrders(run, rows);
      passed(run.counted.orders, place.last);
    },
  });
  Object.assign(checkpoint, { phase: 'done', next: 0, last: null });
  await save(run, {});
}
