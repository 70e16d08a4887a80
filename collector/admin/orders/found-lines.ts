/** What a search found as a file for a spreadsheet: page by page, nothing personal, nothing that a spreadsheet would run. */
import { setImmediate } from 'node:timers/promises';
import type { OrderPage } from '../../../wire/admin/orders.ts';
import { csvLine } from '../../lib/text/csv.ts';

/** Rows of one file: more than a spreadsheet shows at once. */
const MOST = 100_000;
const COLUMNS = [
  ...(['site', 'orderId', 'status', 'total', 'currency', 'placedAt', 'receivedAt', 'partner'] as const),
  ...(['shopConfirmed', 'contested', 'signals', 'deliveries'] as const),
] as const;

/** Lines with their ends, a page at a time; between two of them whoever else waits has a turn. */
export async function* foundLines(
  first: OrderPage,
  pageAfter: (after: string) => Promise<OrderPage>,
): AsyncGenerator<string> {
  yield `${csvLine(COLUMNS)}\r\n`;
  let page = first;
  for (let rows = page.orders.length; ; rows += page.orders.length) {
    yield page.orders.map((row) => `${csvLine(COLUMNS.map((name) => cellOf(row, name)))}\r\n`).join('');
    if (page.next === null || rows >= MOST) return;
    await setImmediate();
    page = await pageAfter(page.next);
  }
}

function cellOf(row: OrderPage['orders'][number], name: (typeof COLUMNS)[number]): string | boolean | null {
  if (name === 'signals') return row.signals.join(' ');
  if (name === 'deliveries') return row.deliveries.map(({ connection, state }) => `${connection} ${state}`).join('; ');
  return row[name];
}
