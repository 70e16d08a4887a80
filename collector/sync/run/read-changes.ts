/**
 * What has changed since the last run: orders by their time of change or, where the shop can't tell it, by comparing recent ones; customers by
 * newest account and latest sign-in.
 */
import { days, minutes } from '../../lib/duration.ts';
import type { ListPage, Paging, SourceCustomer, SourceOrder } from '../../kit/source.ts';
import { beginPhase, addProblems, saveProgress, shopTime, takeCustomers, takeOrders, type Run } from './run.ts';
import { walkPages } from './walk.ts';

/** Clocks of web servers and databases differ, and transactions end after their time stamp. */
const OVERLAP = minutes(15);
/** A page of new customers: an hour brings few. */
const FEW = 50;
/** Pages of sign-ins looked at in one run, however busy the shop. */
const MOST_SIGN_IN_PAGES = 200;

/** `first`: this run has just read everything, so that only what changed meanwhile is new. */
export async function readChanges(run: Run, { first }: { first: boolean }): Promise<void> {
  const startedAt = shopTime(run);
  const watermark = run.checkpoint.watermark ?? startedAt;
  beginPhase(run, 'changes');
  await readChangedOrders(run, watermark);
  await readNewCustomers(run);
  await readSignedInCustomers(run, watermark - OVERLAP);
  if (!first) await lookAgain(run);
  run.checkpoint.watermark = startedAt;
  await saveProgress(run, {});
}

async function readChangedOrders(run: Run, watermark: number): Promise<void> {
  const { sync, fetcher, progress } = run;
  const { orders, placed } = sync.changes;
  const honoured = await honoursChangeFilter(run);
  const lookback = days(Number(run.connection.settings['lookbackDays'] ?? 30));
  const since = honoured ? watermark - OVERLAP : Math.min(watermark - OVERLAP, shopTime(run) - lookback);
  const ask = (paging: Paging): Promise<ListPage<SourceOrder>> =>
    fetcher.ask(honoured ? orders : placed, { ...paging, since });
  if (!honoured) run.deps.log?.info({ ...run.key }, 'the shop cannot say what has changed: recent orders are compared');
  await walkPages<SourceOrder>({
    ask,
    perPage: sync.perPage,
    from: { next: 0, last: null },
    id: ({ id }) => Number(id),
    async take({ rows, problems }, place, total) {
      Object.assign(progress, { done: Math.min(place.next, total), total });
      addProblems(run, problems);
      await takeOrders(run, rows);
    },
  });
}

/** A filter with a value in the future must find nothing; a shop that takes no notice of it finds everything. */
async function honoursChangeFilter(run: Run): Promise<boolean> {
  const query = { page: 1, perPage: 1, since: shopTime(run) + days(365) };
  const page = await run.fetcher.ask(run.sync.changes.orders, query);
  return page.size === 0 && page.total === 0;
}

/** Newest accounts first, until one that is known. */
async function readNewCustomers(run: Run): Promise<void> {
  const known = run.checkpoint.newestCustomer;
  for (let page = 1; ; page += 1) {
    const list = await run.fetcher.ask(run.sync.changes.newest, { page, perPage: FEW });
    const fresh = list.rows.filter(({ id }) => Number(id) > known);
    addProblems(run, list.problems);
    if (fresh.length > 0) await takeCustomers(run, fresh);
    if (fresh.length < list.rows.length || list.size === 0 || page * FEW >= list.total) return;
  }
}

/** CS-Cart tells no time of change for customers; who changes an address or a consent has signed in before. */
async function readSignedInCustomers(run: Run, since: number): Promise<void> {
  for (let page = 1; page <= MOST_SIGN_IN_PAGES; page += 1) {
    const list = await run.fetcher.ask(run.sync.changes.seen, { page, perPage: FEW });
    const sorted = list.rows.every((row, index) => row.seenAt <= (list.rows[index - 1]?.seenAt ?? Infinity));
    const recent = list.rows.filter(({ seenAt }) => seenAt >= since);
    if (recent.length > 0) await takeCustomers(run, recent);
    // A shop that can't sort so says nothing by it: the page that is looked at again each time has to do.
    if (!sorted || recent.length < list.rows.length || list.size === 0 || page * FEW >= list.total) return;
  }
}

/** One page of all customers a run, in turn: what neither filter shows is found in time, at the cost of one request. */
async function lookAgain(run: Run): Promise<void> {
  const { checkpoint, sync, fetcher } = run;
  const page = Math.floor(checkpoint.sweep / sync.perPage) + 1;
  const list: ListPage<SourceCustomer> = await fetcher.ask(sync.backfill.customers, { page, perPage: sync.perPage });
  const end = (page - 1) * (list.perPage ?? sync.perPage) + list.size;
  checkpoint.sweep = list.size === 0 || end >= list.total ? 0 : end;
  await takeCustomers(run, list.rows);
}
