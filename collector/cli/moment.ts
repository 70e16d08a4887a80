/** Times as a command line gives them: an ISO time, or a duration that counts back from now. */
import { parseDuration } from '../lib/duration.ts';
import { CommandError } from './command-error.ts';

export function readMoment(option: string, text: string, now: number): number {
  const duration = parseDuration(text);
  if (duration !== undefined) return now - duration;
  const at = Date.parse(text);
  if (Number.isNaN(at))
    throw new CommandError(`${option} must be a time such as 2026-11-01 or a duration such as 24h.`);
  return at;
}
