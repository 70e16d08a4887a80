import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { temporaryFolders } from '../harness/folder.ts';

interface Day {
  name: string;
  zone: string;
  at: (now: number) => number;
}
const { DAYS, dateEnvironment } = (await import(
  /* @vite-ignore */ new URL('../../scripts/days.mjs', import.meta.url).href
)) as {
  DAYS: Day[];
  dateEnvironment: (given: { at: number; zone: string; now: number }) => Record<string, string>;
};

const folder = temporaryFolders();
const SECOND = 1_000;

/** What a wall in the zone shows, to the minute. */
const wall = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(at);

describe.each([['2026-11-26T00:42:00Z'], ['2028-02-29T12:00:00Z'], ['2027-12-31T23:59:59Z'], ['2096-03-01T00:00:00Z']])(
  'seen from %s',
  (text) => {
    const now = Date.parse(text);
    const [back, ahead, leapDay, newYear, forward, putBack] = DAYS.map(({ at, zone }) => ({ at: at(now), zone }));

    test('the first two are 400 days away', () => {
      expect([now - back!.at, ahead!.at - now]).toEqual([400 * 86_400_000, 400 * 86_400_000]);
    });

    test('there is a 29 February, a last minute of a year, and two changes of a clock', () => {
      expect(wall(leapDay!.at, leapDay!.zone)).toMatch(/-02-29 12:00$/);
      expect(wall(newYear!.at, newYear!.zone)).toMatch(/-12-31 23:59$/);
      expect(wall(newYear!.at + 20 * SECOND, newYear!.zone)).toMatch(/-01-01 00:00$/);
      expect(wall(forward!.at, forward!.zone)).toMatch(/ 01:59$/);
      expect(wall(forward!.at + 20 * SECOND, forward!.zone)).toMatch(/ 03:00$/);
      expect(wall(putBack!.at, putBack!.zone)).toMatch(/ 02:59$/);
      expect(wall(putBack!.at + 20 * SECOND, putBack!.zone)).toMatch(/ 02:00$/);
    });
  },
);

test(
  'a process, its child, its thread and a window of jsdom stand in that moment and zone, and time goes on',
  { timeout: 120_000 },
  () => {
    const at = Date.parse('2028-02-29T06:15:00Z');
    const script = join(folder(), 'look.cjs');
    writeFileSync(
      script,
      `
    const { execFileSync } = require('node:child_process');
    const { Worker } = require('node:worker_threads');
    const { JSDOM } = require(${JSON.stringify(fileURLToPath(import.meta.resolve('jsdom')))});
    const shown = '[Date.now(), new Date().getTime(), new Date(new Date()).getTime(), Date.parse(Date()), new Date().getTimezoneOffset()]';
    const seen = { own: eval(shown), fixed: new Date(0).getTime(), is: new Date() instanceof Date && new Date().constructor === Date };
    seen.child = JSON.parse(execFileSync(process.execPath, ['-p', 'JSON.stringify(' + shown + ')'], { encoding: 'utf8' }));
    seen.page = new JSDOM('', { runScripts: 'outside-only' }).window.eval(shown);
    new Worker('require("node:worker_threads").parentPort.postMessage(' + shown + ')', { eval: true }).on('message', (thread) =>
      console.log(JSON.stringify({ ...seen, thread })));
    `,
    );
    const env = {
      PATH: process.env['PATH'] ?? '',
      ...dateEnvironment({ at, zone: 'Asia/Kathmandu', now: Date.now() }),
    };
    const seen = JSON.parse(execFileSync(process.execPath, [script], { env, encoding: 'utf8' })) as Record<
      'own' | 'child' | 'page' | 'thread',
      number[]
    >;
    expect(seen).toMatchObject({ fixed: 0, is: true });
    for (const [now, made, copied, spoken, zone] of [seen.own, seen.child, seen.page, seen.thread] as [
      number,
      number,
      number,
      number,
      number,
    ][]) {
      for (const read of [now, made, copied, spoken + 999]) {
        expect(read).toBeGreaterThanOrEqual(at);
        expect(read).toBeLessThan(at + 3_600_000);
      }
      expect(zone).toBe(-345);
    }
  },
);
