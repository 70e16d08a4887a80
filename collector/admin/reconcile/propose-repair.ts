/** What could be told to a network so that it has an order as it stands here, or why nothing can. Pure. */
import type { ReportDifference } from '../../../wire/admin/reconcile.ts';
import type { Connection } from '../../configuration/sites.ts';
import { repeatsAs } from '../../kit/destination.ts';
import type { ReportKind } from '../../model/report.ts';

type Problem = ReportDifference['problem'];

const REPAIRS: Partial<Record<Problem, ReportKind>> = {
  'missing there': 'conversion',
  'different amount': 'modification',
  'credited there, undone here': 'reversal',
};

const BY_HAND: Partial<Record<Problem, string>> = {
  'missing here': 'another tool or the network’s own tag may have told it',
  'other currency': 'no network takes another currency for a sale that it has: correct it there',
  'undone there, credited here': 'the network decided so: ask it, or undo the order here',
};

/** `isOpen`: another report of the order is on its way there. */
export function proposeRepair(
  problem: Problem,
  { connection, paid, isOpen }: { connection: Connection; paid: boolean; isOpen: boolean },
): { repair: ReportKind | null; advice?: string } {
  const repair = REPAIRS[problem];
  if (repair === undefined) return { repair: null, advice: BY_HAND[problem] ?? '' };
  if (isOpen) return { repair: null, advice: 'another report of it is on its way' };
  if (paid) return { repair: null, advice: 'it is paid out there: settle it with the network' };
  const { destination, settings, type } = connection;
  const byHand = destination?.[repair]
    ? destination.byHand?.(repair, settings)
    : `${destination?.title ?? type} can’t be told`;
  if (byHand !== undefined) return { repair: null, advice: byHand };
  // A report that came too late for the file would count twice.
  if (repeatsAs(destination!, repair) === 'delta')
    return { repair: null, advice: `each report adds at ${destination!.title}: look there, and mend it there` };
  return { repair };
}
