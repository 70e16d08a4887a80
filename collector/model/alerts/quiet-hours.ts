/** Hours in which nobody is to be woken, as a wall clock shows them: `22:00-07:00`. Pure. */
import { minutes } from '../../lib/duration.ts';
import { readMinuteOfDay } from '../../lib/local-time.ts';

const GRAMMAR = /^([01]\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]\d|2[0-3]):([0-5]\d)$/;
const DAY = 24 * 60;
/** The clock may be changed meanwhile: it is looked at again after so long at most. */
const LONGEST_NAP = minutes(15);

/** Minutes after midnight; undefined for anything else, and where both are the same. */
export function readQuietHours(text: string): { from: number; to: number } | undefined {
  const [, fromHour, fromMinute, toHour, toMinute] = GRAMMAR.exec(text.trim()) ?? [];
  if (fromHour === undefined) return undefined;
  const from = Number(fromHour) * 60 + Number(fromMinute);
  const to = Number(toHour) * 60 + Number(toMinute);
  return from === to ? undefined : { from, to };
}

/** Milliseconds until one may speak, or look again; 0 where one may now. */
export function quietFor(quiet: { from: number; to: number } | undefined, now: number, timeZone: string): number {
  if (!quiet) return 0;
  const minute = readMinuteOfDay(now, timeZone);
  const { from, to } = quiet;
  const isQuiet = from < to ? minute >= from && minute < to : minute >= from || minute < to;
  if (!isQuiet) return 0;
  const left = minutes((to - minute + DAY) % DAY) - (now % minutes(1));
  return Math.min(left, LONGEST_NAP);
}
