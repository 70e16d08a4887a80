/**
 * Walks a list that is paged by offset while customers and merchants change it.
 *
 * Rows are asked in ascending order of their ids, so that what is added comes behind. What is deleted moves rows forward,
 * past a page's edge, unseen. So pages overlap by a few rows, and a page whose first row lies behind the last one that was read
 * is not taken: the walk steps back instead.
 */
import type { ListPage, Paging } from '../../kit/source.ts';
import { SourceFailure } from './fetch.ts';

/** Rows that two pages have in common. */
const OVERLAP = 5;
/** Steps back in a row before the list is called unreadable. */
const MOST_STEPS_BACK = 50;

export interface Place {
  /** Rank of the first row that was not read. */
  next: number;
  /** Highest id that was read. */
  last: number | null;
}

export interface Walk<T> {
  ask(paging: Paging): Promise<ListPage<T>>;
  /** Rows to ask for. */
  perPage: number;
  from: Place;
  id(row: T): number;
  /** Takes a page over; `total` is the list's length as the shop counts it. */
  take(page: ListPage<T>, place: Place, total: number): Promise<void>;
}

/** Reads to the end of the list. */
export async function walkPages<T>({ ask, perPage, from, id, take }: Walk<T>): Promise<void> {
  let { next, last } = from;
  let granted = perPage;
  let stepsBack = 0;
  let firstOfAll: number | undefined;
  for (;;) {
    const paging = pagingFor(next, granted);
    const page = await ask(paging);
    const size = page.perPage ?? paging.perPage;
    const start = (paging.page - 1) * size;
    if (size !== paging.perPage && (size < granted || start > next)) {
      // The shop has its own idea of a page: go on with that.
      granted = size;
      if (start > next) continue;
    }
    if (page.size === 0) return;
    const ids = page.rows.map(id);
    const first = Math.min(...ids);
    if (paging.page === 1) firstOfAll = first;
    else if (first === firstOfAll)
      throw new SourceFailure({ message: 'The shop answers every page with the first.', temporary: false });
    if (last !== null && ids.length > 0 && start < next && first > last) {
      stepsBack += 1;
      if (stepsBack > MOST_STEPS_BACK)
        throw new SourceFailure({ message: 'The shop’s list changes faster than it can be read.', temporary: true });
      next = Math.max(0, start - 1);
      continue;
    }
    stepsBack = 0;
    next = start + page.size;
    last = ids.length > 0 ? Math.max(last ?? 0, ...ids) : last;
    await take(page, { next, last }, page.total);
    if (next >= page.total) return;
  }
}

/** The page that reaches `next` with a little overlap: its size is varied until an edge lies just before it. */
export function pagingFor(next: number, perPage: number): Paging {
  if (next === 0) return { page: 1, perPage };
  let best: Paging = { page: Math.floor(next / perPage) + 1, perPage };
  let most = -1;
  for (let size = perPage; size > perPage / 2; size -= 1) {
    const overlap = next % size;
    const fresh = size - overlap;
    if (overlap < Math.min(OVERLAP, perPage / 4) || fresh <= most) continue;
    most = fresh;
    best = { page: Math.floor(next / size) + 1, perPage: size };
  }
  return best;
}
