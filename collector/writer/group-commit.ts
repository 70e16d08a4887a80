/** Step 4 of 5. Puts all calls that wait for the store into one commit: one fsync for many requests. Stands in `thread.ts`, before the front door. */
import { createBatches } from '../lib/batches.ts';
import type { FrontDoor } from '../ingest/front-door.ts';
import type { IntakeRequest } from '../intake/read-request.ts';

/**
 * Half of what waits goes into the next commit: the other half is answered, and its browsers ask again, while that one is written. Fewer than
 * a few dozen are not worth an fsync of their own; more than a few hundred would only make the first of them wait.
 */
const SMALLEST_GROUP = 32;
const LARGEST_GROUP = 512;

type Receive = FrontDoor['receive'];

/**
 * What arrives while a commit is under way collects into the next one. It waits on the store's own thread, which goes from one commit to the
 * next without asking the thread of the sockets, busy as that is. A failure reaches every call of its group.
 */
export const createGroupCommit = (receive: Receive): Receive =>
  createBatches<IntakeRequest[], Awaited<ReturnType<Receive>>>(async (calls) => {
    const { answers, work, later } = await receive(calls.flat());
    let from = 0;
    return calls.map(({ length }, index) => {
      const first = from;
      from += length;
      const own = [...(later ?? [])].filter(([at]) => at >= first && at < from);
      return {
        answers: answers.slice(first, from),
        // One call wakes the relay for all of them.
        work: index === 0 ? work : [],
        ...(own.length === 0 ? {} : { later: new Map(own.map(([at, answered]) => [at - first, answered])) }),
      };
    });
  }, groupSize);

function groupSize(waiting: readonly { input: IntakeRequest[] }[]): number {
  const all = waiting.reduce((sum, { input }) => sum + input.length, 0);
  const most = Math.min(LARGEST_GROUP, Math.max(SMALLEST_GROUP, all / 2));
  let size = 0;
  let count = 0;
  while (count < waiting.length && size < most) size += waiting[count++]!.input.length;
  return count;
}
