/** A vendor's list of what it has recorded: its pages, and what goes wrong with such lists. */
import type { Reply } from '../reply.ts';

/**
 * - `half`: the answer ends in its middle
 * - `short`: more lines are said to be there than are given
 * - `repeat`: a page begins with the last line of the page before, as where something came in meanwhile
 */
export const LISTING_TRAPS = ['none', 'half', 'short', 'repeat'];

export interface ListingRules {
  /** Lines on a page; 0 is as many as the real one gives. */
  reportPage: number;
  reportTrap: string;
}

/** The lines of a page, counted from 1, and how many there are altogether. */
export function pageOf<T>(
  lines: readonly T[],
  { page, size }: { page: number; size: number },
  { reportPage, reportTrap }: ListingRules,
): { shown: T[]; total: number; pages: number } {
  const most = reportPage || size;
  const first = (page - 1) * most;
  const shown = lines.slice(first - (reportTrap === 'repeat' && page > 1 ? 1 : 0), first + most);
  return {
    shown,
    total: lines.length + (reportTrap === 'short' ? 1 : 0),
    pages: Math.max(1, Math.ceil(lines.length / most)),
  };
}

/** The listing as it leaves. */
export function listing(reply: Reply, { reportTrap }: ListingRules): Reply {
  const body = String(reply.body ?? '');
  return reportTrap === 'half' ? { ...reply, body: body.slice(0, Math.floor(body.length / 2)) } : reply;
}
