/** Comparisons that were made before: kept with what they found, listed, shown again, saved as a file. */
import type {
  ComparisonShown,
  ReconcileShown,
  RememberedComparison,
  ReportDifference,
} from '../../../wire/admin/reconcile.ts';
import type { Connection } from '../../configuration/sites.ts';
import { newId } from '../../lib/id.ts';
import type { Comparison } from '../../model/upkeep/comparison.ts';
import type { ComparisonStore } from '../../store/figures-store.ts';

/** Differences that are kept of one: what nobody reads to its end fills no disk. */
const MOST_DIFFERENCES = 10_000;

type Summary = Omit<ComparisonShown, 'id' | 'at' | 'by'>;

/** Returns the id under which it is found again. */
export async function rememberComparison(
  { differences, ...found }: Omit<ReconcileShown, 'comparison'>,
  { site, id: connection }: Pick<Connection, 'site' | 'id'>,
  { store, now, actor }: { store: Pick<ComparisonStore, 'keepComparison'>; now: number; actor: string },
): Promise<string> {
  const id = newId(now);
  const repairs = differences.filter(({ repair }) => repair !== null).length;
  const summary: Summary = { ...found, differing: differences.length, repairs };
  await store.keepComparison({
    ...{ site, connection, id, at: now, actor },
    summary: JSON.stringify(summary),
    differences: JSON.stringify(differences.slice(0, MOST_DIFFERENCES)),
  });
  return id;
}

export async function listComparisons(
  { site, id }: Pick<Connection, 'site' | 'id'>,
  read: Pick<ComparisonStore, 'comparisons'>,
): Promise<ComparisonShown[]> {
  return (await read.comparisons(site, id)).map(viewComparison);
}

export async function readComparison(
  { site, id: connection }: Pick<Connection, 'site' | 'id'>,
  id: string,
  read: Pick<ComparisonStore, 'comparison'>,
): Promise<RememberedComparison | undefined> {
  const found = await read.comparison({ site, connection, id });
  if (!found) return undefined;
  return { ...viewComparison(found), differences: JSON.parse(found.differences) as ReportDifference[] };
}

const viewComparison = ({ id, at, actor, summary }: Omit<Comparison, 'differences'>): ComparisonShown => ({
  ...(JSON.parse(summary) as Summary),
  ...{ id, at: new Date(at).toISOString(), by: actor },
});
