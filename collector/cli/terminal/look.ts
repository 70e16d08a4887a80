/** How things look: colours, local times and cut rows for a person at a terminal; plain text and UTC for everything that reads a pipe. */

import { escapeCell, escapeUnprintable } from '../../../wire/text/printable.ts';

export interface Look {
  /** Whether escape codes for colours may be written. */
  colour: boolean;
  /** Columns of the terminal; undefined where a line may be of any length. */
  width: number | undefined;
  /** Time zone in which people read; undefined writes ISO times in UTC. */
  zone: string | undefined;
  now: number;
}

/** Plain text, as pipes and tests read it. */
export const PLAIN: Look = { colour: false, width: undefined, zone: undefined, now: 0 };

/** What the terminal at standard output can show. https://no-color.org */
export function readLook(
  env: Readonly<Record<string, string | undefined>>,
  { isTTY, columns }: { isTTY?: boolean; columns?: number },
  now: number,
): Look {
  if (!isTTY) return { ...PLAIN, now };
  const refused = (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { colour: !refused, width: columns, zone, now };
}

const CODES = { red: 31, green: 32, yellow: 33, dim: 2 } as const;
type Colour = keyof typeof CODES;

const STATE_COLOURS: Readonly<Record<string, Colour>> = {
  ...{ delivered: 'green', confirmed: 'green', on: 'green', ok: 'green' },
  ...{ held: 'red', rejected: 'red', FAIL: 'red', declined: 'red' },
  ...{ waiting: 'yellow', by_hand: 'yellow', unverified: 'yellow', warn: 'yellow', ambiguous: 'yellow' },
  ...{ skipped: 'dim', no_match: 'dim', note: 'dim' },
};

/** A state, or a word of the doctor, in its colour. */
export function showState(state: string, look: Look): string {
  const colour = STATE_COLOURS[state.trim()];
  return look.colour && colour !== undefined ? `\u001b[${CODES[colour]}m${state}\u001b[0m` : state;
}

/** A time given as ISO text or milliseconds: local and short on a terminal, ISO in UTC elsewhere. */
export function showTime(at: string | number | null | undefined, look: Look): string {
  if (at === null || at === undefined || at === '') return '-';
  const date = new Date(at);
  if (look.zone === undefined) return date.toISOString();
  const parts = partsOf(date, look.zone);
  const today = partsOf(new Date(look.now), look.zone);
  if (parts.day === today.day) return parts.time;
  return parts.year === today.year ? `${parts.day.slice(5)} ${parts.time}` : `${parts.day} ${parts.time}`;
}

function partsOf(date: Date, zone: string): { year: string; day: string; time: string } {
  // Swedish is written as ISO: 2026-11-22 13:05.
  const text = new Intl.DateTimeFormat('sv-SE', {
    ...{ timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  }).format(date);
  const [day = '', time = ''] = text.split(' ');
  return { year: day.slice(0, 4), day, time };
}

/** Columns as wide as their widest cell, numbers to the right; the last column runs free, or is cut where the terminal ends. */
export function showTable(header: readonly string[], rows: readonly (readonly string[])[], look: Look): string {
  const all = [header, ...rows].map((row) => row.map(escapeKeepingColours));
  const widths = header.map((_, column) => Math.max(...all.map((row) => lengthOf(row[column] ?? ''))));
  const numeric = header.map((_, column) => rows.length > 0 && rows.every((row) => NUMBER.test(row[column] ?? '')));
  return all
    .map((row) => {
      const cells = row.map((cell, column) => {
        if (numeric[column]) return cell.padStart(widths[column] ?? 0);
        const missing = (widths[column] ?? 0) - lengthOf(cell);
        return column === row.length - 1 ? cell : cell + ' '.repeat(missing);
      });
      return cut(cells.join('  ').trimEnd(), look.width);
    })
    .join('\n');
}

/** A colour that {@link showState} put around a word: a stranger's text that looks the same can do no more than be that colour. */
const COLOURED = /(\u001b\[(?:31|32|33|2|0)m)/;

const outside = (text: string, escape: (part: string) => string): string =>
  text
    .split(COLOURED)
    .map((part, index) => (index % 2 === 1 ? part : escape(part)))
    .join('');

/** What a stranger's words could steer a terminal with is written out; our own colours stay. */
export const escapeOutsideColours = (text: string): string => outside(text, escapeUnprintable);

const escapeKeepingColours = (cell: string): string => outside(cell, escapeCell);

const NUMBER = /^-?\d+(\.\d+)?( [A-Z]{3})?$|^-$/;
// The escape character is what colours begin with.
const ESCAPES = /\u001b\[\d+m/g;

const lengthOf = (cell: string): number => cell.replace(ESCAPES, '').length;

function cut(line: string, width: number | undefined): string {
  const excess = width === undefined ? 0 : lengthOf(line) - width;
  // Colours stand in front; what runs over is the plain end of the line.
  return excess <= 0 ? line : `${line.slice(0, Math.max(0, line.length - excess - 1))}…`;
}
