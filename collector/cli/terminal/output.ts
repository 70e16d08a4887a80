/** Where a command's file goes: a path that must be new, or standard output; as slowly as the reader takes it. */
import { once } from 'node:events';
import { createWriteStream, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { escapeUnprintable } from '../../../wire/text/printable.ts';
import { CommandError } from '../command-error.ts';
import { print } from './print.ts';

/** Writes the lines; returns how many there were. `file` undefined is standard output. */
export async function writeLines(lines: AsyncIterable<string>, file: string | undefined): Promise<number> {
  const stream = file === undefined ? process.stdout : createWriteStream(file, { flags: 'wx', mode: 0o600 });
  let written = 0;
  // A file or a pipe gets what was asked for, byte by byte; only a terminal could be steered by it.
  const shown = file === undefined && process.stdout.isTTY ? escapeUnprintable : (line: string): string => line;
  let failure: Error | undefined;
  let isOurs = false;
  // Without a listener a reader that goes away (`… | head`) would end the process with a stack.
  const fail = (error: Error): void => void (failure ??= error);
  stream.on('error', fail);
  try {
    if (file !== undefined) await once(stream, 'open');
    isOurs = file !== undefined;
    for await (const line of lines) {
      if (!stream.write(shown(line))) await once(stream, 'drain');
      if (failure) throw failure;
      written += 1;
    }
    if (file !== undefined) {
      stream.end();
      await finished(stream);
    }
  } catch (error) {
    // Half a list looks like a whole one.
    if (isOurs && file !== undefined) rmSync(file, { force: true });
    throw unwritable(file, error as NodeJS.ErrnoException);
  }
  return written;
}

/** Writes one text, to a new file or to standard output. */
export async function writeText(text: string, file: string | undefined): Promise<void> {
  await writeLines(single(file === undefined ? `${text.trimEnd()}\n` : text), file);
  if (file !== undefined) print(`Written: ${file}`);
}

async function* single(text: string): AsyncGenerator<string> {
  yield text;
}

function unwritable(file: string | undefined, error: NodeJS.ErrnoException): Error {
  if (error.code === 'EEXIST') return new CommandError(`${file} exists already: name another file or move it away.`);
  // The reader has had enough (`… | head`): nothing is wrong with us.
  if (error.code === 'EPIPE') return new CommandError('The reader closed the output.');
  if (file === undefined || error.code === undefined) return error;
  if (error.code === 'ENOENT')
    return new CommandError(`There is no folder ${dirname(resolve(file))}: make it, or name another file.`);
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT')
    return new CommandError(`No room is left for ${file}. Make room, or name a file on another disk.`);
  return new CommandError(`${file} can't be written (${error.message}): name another file.`);
}
