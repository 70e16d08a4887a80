/** Times as people and shops write them: ISO 8601, and what has no offset is read in the given time zone, never in the machine's. Pure. */

const GRAMMAR =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:\s?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?)?$/i;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Whether it names a zone of the IANA database. Newer engines take bare offsets for zones, too: those know no summer time. */
export function isTimeZone(name: string): boolean {
  return /^[A-Za-z]/.test(name) && formatterOf(name) !== undefined;
}

/**
 * Epoch milliseconds of `2024-08-01T23:55:24-08:00`, `2024-08-01 23:55` or `2024-08-01`, which is the day's beginning; undefined for
 * anything else, impossible days included. Without an offset it is a clock on a wall of `timeZone`. Where that clock is put back and
 * shows a time twice, the first is meant; where it is put forward over a time, it is as much later as the clock jumped. That is the
 * rule of JavaScript's own Date and of Temporal ("compatible"); the same text is always the same moment, however late it arrives.
 */
export function readInstant(text: string, timeZone: string): number | undefined {
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset] = GRAMMAR.exec(text) ?? [];
  if (year === undefined) return undefined;
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = [year, month, day, hour, minute, second].map(Number);
  const midnight = Date.UTC(y, mo - 1, d);
  // Date.UTC moves 30 February into March.
  if (new Date(midnight).toISOString().slice(0, 10) !== text.slice(0, 10)) return undefined;
  if (h > 24 || mi > 59 || s > 59 || (h === 24 && mi + s > 0)) return undefined;
  const wall = midnight + h * HOUR + mi * 60_000 + s * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3));
  return offset === undefined ? instantOf(wall, timeZone) : wall - offsetIn(offset);
}

/** No zone changes its clock twice within two days. */
function instantOf(wall: number, timeZone: string): number {
  const before = offsetAt(wall - DAY, timeZone);
  const after = offsetAt(wall + DAY, timeZone);
  const holds = (offset: number): boolean => offsetAt(wall - offset, timeZone) === offset;
  return before === after || holds(before) || !holds(after) ? wall - before : wall - after;
}

function offsetIn(text: string): number {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(text) ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * 60_000);
}

/** How far the zone's clocks are ahead of UTC at that moment. */
function offsetAt(at: number, timeZone: string): number {
  const formatter = formatterOf(timeZone);
  if (!formatter) throw new Error(`${timeZone} is no time zone.`);
  const part: Record<string, number> = {};
  for (const { type, value } of formatter.formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  const whole = Math.floor(at / 1000) * 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second) - whole;
}

/** Making one costs a thousand times as much as using it; there are a few hundred zones. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat | undefined {
  const known = formatters.get(timeZone);
  if (known) return known;
  try {
    const made = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, hourCycle: 'h23', calendar: 'gregory', numberingSystem: 'latn' },
      ...({ year: 'numeric', month: 'numeric', day: 'numeric' } as const),
      ...({ hour: 'numeric', minute: 'numeric', second: 'numeric' } as const),
    });
    formatters.set(timeZone, made);
    return made;
  } catch {
    return undefined; // the one thing that can be wrong is the name
  }
}

/** `2026-11-20 12:00:00` as clocks of a time zone show it; Swedish is written so. */
export const writeLocalTime = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone }).format(at);

/** Minutes after midnight that a clock of the zone shows, seconds left out. */
export function readMinuteOfDay(at: number, timeZone: string): number {
  return Math.floor(((((at + offsetAt(at, timeZone)) % DAY) + DAY) % DAY) / 60_000);
}

const RFC_5322 =
  /^(?:[a-z]{3},? )?(\d{1,2}|[a-z]{3}) (\d{1,2}|[a-z]{3}) (\d{4}) (\d\d:\d\d(?::\d\d)?) ?(?:GMT|UTC|UT)?(Z|[+-]\d{4})?(?: \(.*\))?$/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * A time as shops' programs write it: what {@link readInstant} reads, the zone's name behind it, `2024/08/01`, seconds or milliseconds of the
 * epoch, and the words of e-mail and of JavaScript's Date (`Thu, 01 Aug 2024 23:55:24 GMT`). Never what countries read in two ways.
 */
export function readTimestamp(value: unknown, timeZone: string): number | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : '';
  if (/^\d{9,10}(\.\d+)?$|^\d{12,13}$/.test(text))
    return Math.round(Number(text) * (text.split('.')[0]!.length < 12 ? 1000 : 1));
  const named = /^(.+?)\[([\w/+-]+)\]$/.exec(text);
  if (named) return isTimeZone(named[2]!) ? readInstant(named[1]!, named[2]!) : undefined;
  const [, one = '', two = '', year, clock, offset] = RFC_5322.exec(text) ?? [];
  if (year === undefined) return readInstant(text.replace(/^(\d{4})\/(\d\d)\/(\d\d)/, '$1-$2-$3'), timeZone);
  const month = MONTHS.findIndex((name) => [one, two].some((part) => part.toLowerCase() === name)) + 1;
  const day = /\d/.test(one) ? one : two;
  const pad = (part: string | number): string => String(part).padStart(2, '0');
  return readInstant(`${year}-${pad(month)}-${pad(day)}T${clock}${offset ?? 'Z'}`, timeZone);
}
