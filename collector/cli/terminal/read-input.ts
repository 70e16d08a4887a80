/** What a command is given to read: a file, or standard input for `-`. */
import { readFileSync } from 'node:fs';
import { CommandError } from '../command-error.ts';

export function readInput(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CommandError(`${file} can't be read: ${(error as Error).message}`, { field: 'file' });
  }
}
