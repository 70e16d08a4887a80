/**
 * Puts what shops tell at the same time into one commit, as `group-commit.ts` does for browsers: a webhook, an order of the server API, a page of a
 * shop that is asked. An fsync each would hold up all of them on the day on which most is sold.
 */
import type { Ingest } from '../ingest/ingest.ts';
import type { Command } from '../intake/command.ts';
import { createBatches } from '../lib/batches.ts';

type Replied = Awaited<ReturnType<Ingest['ingest']>>;

export interface ReportCommit {
  /** Rejects where one of the call's reports could not be recorded. */
  ingest: Ingest['ingest'];
  /** The same with a verdict for each: one that can't be recorded is answered as `failed`, and costs no other of its call. */
  ingestOrders: Ingest['ingest'];
}

/** A call waits for its own reports alone; what goes wrong with one call's is no other's. */
export function createReportCommit({ ingestEach }: Pick<Ingest, 'ingestEach'>): ReportCommit {
  const together = async (calls: readonly Command[][]): Promise<(() => Promise<Replied>)[]> => {
    const { replies, work, later } = await ingestEach(calls.flat());
    let from = 0;
    return calls.map(({ length }, index) => {
      const first = from;
      from += length;
      return async () => {
        const own = Array.from({ length }, (_, place) => first + place);
        const held = await Promise.all(own.map(async (place) => later.get(place)));
        const answers = own.map((place, at) => replies[place] ?? held[at]!.reply);
        return {
          replies: answers,
          // One call wakes the relay for all of them.
          work: [...(index === 0 ? work : []), ...held.flatMap((one) => one?.work ?? [])],
        };
      };
    });
  };
  const commit = createBatches<Command[], () => Promise<Replied>>(async (calls) => {
    try {
      return await together(calls);
    } catch (error) {
      if (calls.length === 1) throw error;
      return calls.map((call) => async () => {
        const [alone] = await together([call]);
        return alone!();
      });
    }
  });
  const ingestOrders: Ingest['ingest'] = async (commands) => (await commit(commands))();
  return {
    ingestOrders,
    async ingest(commands) {
      const replied = await ingestOrders(commands);
      // Who calls knows no such answer: its sender must hear that it was not taken.
      const failed = replied.replies.find((reply) => reply.type === 'failed');
      if (failed) throw new Error(`A report ${failed.problem.message}`);
      return replied;
    },
  };
}
