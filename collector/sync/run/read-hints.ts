/** Orders that the shop has announced, unsigned: each is read again through the API before anything is believed. */
import type { Order } from '../../model/order.ts';
import type { SourceOrder } from '../../kit/source.ts';
import { SourceFailure } from './fetch.ts';
import { beginPhase, takeOrders, type Run } from './run.ts';
import { childrenOf } from './ingest-rows.ts';

const BATCH = 50;
/** A flood of hints must not keep a run from ending. */
const MOST_BATCHES = 20;

export async function readHints(run: Run): Promise<void> {
  const { deps, key, progress } = run;
  beginPhase(run, 'hints');
  for (let batch = 0; batch < MOST_BATCHES; batch += 1) {
    const hints = await deps.store.hints(key, BATCH);
    if (hints.length === 0) return;
    const whole = new Map<string, { row: SourceOrder; order: Order }>();
    const rows: SourceOrder[] = [];
    for (const { orderId } of hints) rows.push(...(await ordersOf(orderId, run, whole)));
    run.teller.whole = whole;
    progress.done += hints.length;
    await takeOrders(run, rows, { hintsDone: hints });
    run.teller.whole = new Map();
  }
}

/** The order, or the parts that it was split into; none where the shop knows no such order. */
async function ordersOf(
  id: string,
  run: Run,
  whole: Map<string, { row: SourceOrder; order: Order }>,
): Promise<SourceOrder[]> {
  try {
    const { row, order, split } = await run.fetcher.ask(run.sync.order, id);
    if (split) return await childrenOf(id, run);
    whole.set(id, { row, order });
    return [row];
  } catch (error) {
    if (error instanceof SourceFailure && error.missing) return [];
    throw error;
  }
}
