/** The power goes while the log is being written: whatever was on disk by then opens, holds every commit that had ended, and no half of one. */
import { copyFileSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSqliteStore } from '../../collector/store/sqlite/store.ts';
import { delivery, NOON, storedOrder, touch, write } from '../collector/store/rows.ts';
import { temporaryFolders } from '../harness/folder.ts';
import { randomOf } from './random.ts';

const COMMITS = 12;
/** SQLite's log: a header, then frames of a header and a page each (sqlite.org/fileformat2.html#walformat). */
const HEADER = 32;
const FRAME = 24 + 4096;
const SEED = Number(process.env.CHAOS_SEED ?? 20_261_126);
const RANDOM_CUTS = Number(process.env.CHAOS_CUTS ?? 40);

const folder = temporaryFolders();
const orderId = (n: number): string => `TORN-${String(n).padStart(2, '0')}`;

/** A store that was never closed: its file, its log, and how long the log was after each commit. */
async function writtenStore(): Promise<{ file: string; ends: number[] }> {
  const file = join(folder(), 'clickthread.db');
  const store = openSqliteStore({ file, clock: () => NOON });
  const ends: number[] = [];
  await store.migrate();
  // What the start wrote is in the file itself, and the log begins anew.
  await store.close();
  const open = openSqliteStore({ file, clock: () => NOON });
  for (let n = 0; n < COMMITS; n += 1) {
    await write(open, {
      touches: [touch({ visitor: `visitor-${n}` })],
      orders: [storedOrder(orderId(n))],
      deliveries: [delivery({ orderId: orderId(n) }), delivery({ orderId: orderId(n), connection: 'second' })],
      events: [{ site: 'shop', orderId: orderId(n), at: NOON, type: 'reported', text: 'by a browser' }],
    });
    ends.push(statSync(`${file}-wal`).size);
  }
  const copy = join(folder(), 'clickthread.db');
  copyFileSync(file, copy);
  copyFileSync(`${file}-wal`, `${copy}-wal`);
  await open.close();
  return { file: copy, ends };
}

/** What a store holds that is opened after the log was cut, or damaged, in this way. */
async function openedAfter(
  source: string,
  damage: (log: string) => void,
): Promise<{ orders: string[]; halves: string[] }> {
  const at = join(folder(), 'cut');
  mkdirSync(at);
  const file = join(at, 'clickthread.db');
  copyFileSync(source, file);
  copyFileSync(`${source}-wal`, `${file}-wal`);
  damage(`${file}-wal`);
  const store = openSqliteStore({ file, clock: () => NOON });
  try {
    const orders = (await store.findOrders({})).map(({ order }) => order.orderId).sort();
    const halves: string[] = [];
    for (const id of orders) {
      const [owed, events] = [await store.deliveriesOf('shop', id), await store.eventsOf('shop', id)];
      if (owed.length !== 2 || events.length !== 1)
        halves.push(`${id}: ${owed.length} deliveries, ${events.length} events`);
    }
    const owed = new Set((await store.deliveries({})).map((row) => row.orderId));
    halves.push(...[...owed].filter((id) => !orders.includes(id)));
    // It takes orders again.
    await write(store, { orders: [storedOrder('AFTER')] });
    expect((await store.order('shop', 'AFTER'))?.order.orderId).toBe('AFTER');
    return { orders, halves };
  } finally {
    await store.close();
  }
}

test(
  'a log cut at any place opens with exactly the commits that had ended before it',
  { timeout: 60_000 + RANDOM_CUTS * 200 },
  async () => {
    const { file, ends } = await writtenStore();
    const length = ends.at(-1)!;
    expect((length - HEADER) % FRAME).toBe(0);
    const random = randomOf(SEED);
    const frames = Array.from({ length: (length - HEADER) / FRAME + 1 }, (_, n) => HEADER + n * FRAME);
    const cuts = new Set([
      ...[0, 1, HEADER - 1, HEADER, length],
      // Around each commit: a byte short, whole, a byte and a frame's header more.
      ...ends.flatMap((end) => [end - 1, end, end + 1, end + 24].filter((at) => at <= length)),
      ...frames,
      ...Array.from({ length: RANDOM_CUTS }, () => Math.floor(random() * length)),
    ]);
    for (const cut of cuts) {
      const { orders, halves } = await openedAfter(file, (log) => truncateSync(log, cut));
      const whole = ends.filter((end) => end <= cut).length;
      expect({ cut, orders, halves }).toEqual({
        ...{ cut, halves: [] },
        orders: Array.from({ length: whole }, (_, n) => orderId(n)),
      });
    }
  },
);

test('a byte that turned in the log ends it there: what was before is whole, what came after is not half taken', async () => {
  const { file, ends } = await writtenStore();
  const random = randomOf(SEED);
  for (let n = 0; n < RANDOM_CUTS; n += 1) {
    const place = HEADER + Math.floor(random() * (ends.at(-1)! - HEADER));
    const { orders, halves } = await openedAfter(file, (log) => {
      const bytes = readFileSync(log);
      bytes[place]! ^= 0x41;
      writeFileSync(log, bytes);
    });
    const whole = ends.filter((end) => end <= place).length;
    expect({ place, orders, halves }).toEqual({
      ...{ place, halves: [] },
      orders: Array.from({ length: whole }, (_, index) => orderId(index)),
    });
  }
});
