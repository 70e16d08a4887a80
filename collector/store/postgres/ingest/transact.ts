/** Step 4 of 5 on PostgreSQL: what waits is decided and written in one transaction, so that many requests share one fsync. */
import { createBatches } from '../../../lib/batches.ts';
import type { Clock } from '../../../lib/clock.ts';
import { continueIdsAfter } from '../../../lib/id.ts';
import type { Changes, Known, Wanted } from '../../ingest-store.ts';
import type { Store } from '../../store.ts';
import type { Database, Sql } from '../database.ts';
import { readKnown } from './read-known.ts';
import { takeTurns } from './turn.ts';
import { createChangeWriter } from './apply-changes.ts';

interface Call {
  wanted: Wanted;
  decide: (known: Known) => { changes: Changes; result: unknown };
}
type Outcome = { result: unknown } | { refused: Error };

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
 * effect but its changes. What arrives while a commit is under way collects into the next one.
 */
export function createTransact({ db, clock }: { db: Database; clock: Clock }): Store['transact'] {
  const apply = createChangeWriter();

  const decideAll = (calls: readonly Call[]): Promise<Map<Call, Outcome>> =>
    db.transaction(async (sql) => {
      const outcomes = new Map<Call, Outcome>();
      const now = clock();
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
    });

  const commit = async (calls: Call[]): Promise<Outcome[]> => {
    const refused = new Map<Call, Outcome>();
    for (;;) {
      const open = calls.filter((call) => !refused.has(call));
      try {
        const outcomes = open.length === 0 ? new Map<Call, Outcome>() : await decideAll(open);
        return calls.map((call) => refused.get(call) ?? outcomes.get(call)!);
      } catch (error) {
        if (!(error instanceof DecisionFailed)) throw error;
        refused.set(error.call, { refused: error.cause as Error });
      }
    }
  };

  const batched = createBatches(commit);
  return async <T>(wanted: Wanted, decide: (known: Known) => { changes: Changes; result: T }) => {
    const outcome = await batched({ wanted, decide });
    if ('refused' in outcome) throw outcome.refused;
    return outcome.result as T;
  };
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
