/** What a command says: the one place that writes to a terminal. */
import type { Clock } from '../../lib/clock.ts';
import { escapeUnprintable } from '../../../wire/text/printable.ts';
import { escapeOutsideColours, type Look, readLook, showTable } from './look.ts';

/** Everything that people read passes here: refused bodies, click names and vendors' words hold whatever a stranger put in. */
export const print = (text: string): void => {
  // Only a terminal is sent colours; what goes anywhere else holds no control character at all.
  const escape = process.stdout.isTTY ? escapeOutsideColours : escapeUnprintable;
  process.stdout.write(`${escape(text)}\n`);
};

/** The same for what went wrong. */
export const printError = (text: string): void => void process.stderr.write(`${escapeUnprintable(text)}\n`);

/** Where the log goes: a line of it may be read on a terminal, too, and escapes leave JSON what it is. */
export const logDestination = { write: (line: string): void => void process.stderr.write(escapeUnprintable(line)) };

export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

/** How the reader of standard output wants things to look. */
export function lookOf(context: {
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  look?: Look;
}): Look {
  return context.look ?? readLook(context.env, process.stdout, context.clock());
}

/** A table that fits the reader. */
export function printTable(header: readonly string[], rows: readonly (readonly string[])[], look: Look): void {
  print(showTable(header, rows, look));
}
