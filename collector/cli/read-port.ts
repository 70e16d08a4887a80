/** `--port` of the commands that listen. */
import { CommandError } from './command-error.ts';

export function readPortOption(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new CommandError('--port must be a whole number from 0 to 65535.', { field: 'port' });
}
