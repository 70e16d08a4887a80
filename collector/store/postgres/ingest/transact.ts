/** Step 4 of 5 on PostgreSQL: what waits is decided and written in one transaction, so that many requests share one fsync. */
import { createBatches } from '../../../lib/batches.ts';
import type { Clock } from '../../../lib/clock.ts';
import { continueIdsAfter } from '../../../lib/id.ts';
import { isFaultOfData } from '../../rows/fault-of-data.ts';
import type { Changes, Known, Wanted } from '../../ingest-store.ts';
import type { Store } from '../../store.ts';
import type { Database, Sql } from '../database.ts';
import type { Patience } from '../patience.ts';
import { createApart, patienceOfGroup } from './apart.ts';
import { isRowHeld } from '../../row-held.ts';
import { readKnown } from './read-known.ts';
import { takeTurns, turnKeys } from './turn.ts';
import { createChangeWriter } from './apply-changes.ts';

interface Call {
  wanted: Wanted;
  decide: (known: Known) => { changes: Changes; result: unknown };
}
type Outcome = { result: unknown } | { refused: Error } | 'held';

/** A decision that threw: a fault of the call, not of the store; the others of its group go on without it. */
class DecisionFailed extends Error {
  call: Call;
  constructor(call: Call, cause: unknown) {
    super('A decision failed.', { cause });
    this.call = call;
  }
}

/**
 * A transaction takes its turns, reads, decides and writes. Where another replica came between, all of that is done again: a decision has no
 * effect but its changes. What arrives while a commit is under way collects into the next one. What somebody holds leaves its group (`apart.ts`).
 */
export function createTransact(given: {
  db: Database;
  clock: Clock;
  patience: Patience;
}): Pick<Store, 'transact' | 'transactEach'> {
  const { db, clock, patience } = given;
  const apply = createChangeWriter();
  const apart = createApart({ patience });

  const decideAll = (calls: readonly Call[], patient: Patience): Promise<Map<Call, Outcome>> =>
    db.transaction((sql) => decideIn(sql, calls, { apply, now: clock() }), patient);
  const together = createBatches((calls: Call[]) =>
    commitTogether(calls, (some) => decideAll(some, patienceOfGroup(patience))),
  );

  const alone = async (call: Call, known: boolean): Promise<unknown> => {
    const write = (patient: Patience): Promise<Map<Call, Outcome>> =>
      decideAll([call], patient).catch((error: unknown) => {
        throw error instanceof DecisionFailed ? error.cause : error;
      });
    const outcomes = await apart.run({ keys: turnKeys(call.wanted), known, write });
    return (outcomes.get(call) as { result: unknown }).result;
  };
  /** What is wanted is worked out only while anything is held: nearly never, and it takes hashes. */
  const isAwaited = (wanted: () => Wanted): boolean => apart.isAwaited(() => turnKeys(wanted()));

  return {
    async transact<T>(wanted: Wanted, decide: (known: Known) => { changes: Changes; result: T }) {
      const call = { wanted, decide };
      if (isAwaited(() => wanted)) return (await alone(call, true)) as T;
      const outcome = await together(call);
      if (outcome === 'held') return (await alone(call, false)) as T;
      if ('refused' in outcome) throw outcome.refused;
      return outcome.result as T;
    },
    async transactEach<P, T>(...[parts, { wanted, decide }]: Parameters<typeof this.transactEach<P, T>>) {
      const callOf = (some: readonly P[]): Call => ({ wanted: wanted(some), decide: (known) => decide(known, some) });
      const awaited = new Set(parts.filter((part) => isAwaited(() => wanted([part]))));
      const group = parts.filter((part) => !awaited.has(part));
      const outcome = group.length === 0 ? 'held' : await together(callOf(group));
      if (outcome !== 'held' && 'refused' in outcome) throw outcome.refused;
      return {
        together: outcome === 'held' ? undefined : { parts: group, result: outcome.result as T },
        apart: parts
          .filter((part) => outcome === 'held' || awaited.has(part))
          .map((part) => {
            const result = alone(callOf([part]), awaited.has(part)) as Promise<T>;
            // Whoever asked hears of it; before they listen it must not end the process.
            result.catch(() => undefined);
            return { part, result };
          }),
      };
    },
  };
}

/** Takes turns, reads, decides and writes, all in one transaction. */
async function decideIn(
  sql: Sql,
  calls: readonly Call[],
  { apply, now }: { apply: ReturnType<typeof createChangeWriter>; now: number },
): Promise<Map<Call, Outcome>> {
  const outcomes = new Map<Call, Outcome>();
  await takeTurns(
    sql,
    calls.map(({ wanted }) => wanted),
    now,
  );
  await continueIds(sql);
  for (const call of calls) {
    const known = await readKnown(sql, call.wanted);
    const { changes, result } = decided(call, known);
    await apply(sql, changes, now);
    outcomes.set(call, { result });
  }
  return outcomes;
}

type Decide = (calls: readonly Call[]) => Promise<Map<Call, Outcome>>;

/** A group in one commit. Whose decision fails is refused, and the others are tried without it. */
async function commitTogether(calls: readonly Call[], decide: Decide): Promise<Outcome[]> {
  const refused = new Map<Call, Outcome>();
  for (;;) {
    const open = calls.filter((call) => !refused.has(call));
    try {
      const outcomes = open.length === 0 ? new Map<Call, Outcome>() : await decide(open);
      return calls.map((call) => refused.get(call) ?? outcomes.get(call)!);
    } catch (error) {
      if (isRowHeld(error)) return calls.map((call) => refused.get(call) ?? 'held');
      if (isFaultOfData(error) && open.length > 1) return await commitEach(calls, refused, decide);
      if (!(error instanceof DecisionFailed)) throw error;
      refused.set(error.call, { refused: error.cause as Error });
    }
  }
}

/** One of them holds what can't be written: which one is known when each was tried. */
async function commitEach(
  calls: readonly Call[],
  refused: ReadonlyMap<Call, Outcome>,
  decide: Decide,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const call of calls) outcomes.push(refused.get(call) ?? (await commitAlone(call, decide)));
  return outcomes;
}

async function commitAlone(call: Call, decide: Decide): Promise<Outcome> {
  try {
    return (await decide([call])).get(call)!;
  } catch (error) {
    if (isRowHeld(error)) return 'held';
    return { refused: (error instanceof DecisionFailed ? error.cause : error) as Error };
  }
}

function decided(call: Call, known: Known): { changes: Changes; result: unknown } {
  try {
    return call.decide(known);
  } catch (error) {
    throw new DecisionFailed(call, error);
  }
}

/** Deliveries and refusals are listed by their ids, newest first: those that are made now come after all that are there. */
async function continueIds(sql: Sql): Promise<void> {
  const newest = await sql.row<{ delivery: string | null; refused: string | null }>(
    'SELECT (SELECT max(id) FROM delivery) AS delivery, (SELECT max(id) FROM quarantine) AS refused',
  );
  continueIdsAfter(newest?.delivery);
  continueIdsAfter(newest?.refused);
}
