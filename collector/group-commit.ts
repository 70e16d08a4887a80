/** Step 4 of 5. Puts all calls that wait for the store into one commit: one fsync for many requests. Stands in `writer.ts`, before the front door. */
import type { FrontDoor } from './front-door.ts';
import type { IntakeRequest } from './intake.ts';

/**
 * Half of what waits goes into the next commit: the other half is answered, and its browsers ask again, while that one is written. Fewer than
 * a few dozen are not worth an fsync of their own; more than a few hundred would only make the first of them wait.
 */
const SMALLEST_GROUP = 32;
const LARGEST_GROUP = 512;

type Receive = FrontDoor['receive'];

interface Call {
  requests: IntakeRequest[];
  resolve: (answered: Awaited<ReturnType<Receive>>) => void;
  reject: (error: Error) => void;
}

/**
 * What arrives while a commit is under way collects into the next one. It waits on the store's own thread, which goes from one commit to the
 * next without asking the thread of the sockets, busy as that is. A failure reaches every call of its group.
 */
export function createGroupCommit(receive: Receive): Receive {
  const waiting: Call[] = [];
  let busy = false;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const group = takeGroup(waiting);
      try {
        const { answers, work } = await receive(group.flatMap(({ requests }) => requests));
        let from = 0;
        for (const { requests, resolve } of group) {
          // One call wakes the relay for all of them.
          resolve({ answers: answers.slice(from, from + requests.length), work: from === 0 ? work : [] });
          from += requests.length;
        }
      } catch (error) {
        for (const { reject } of group) reject(error as Error);
      }
    }
    busy = false;
  }

  return (requests) =>
    new Promise((resolve, reject) => {
      waiting.push({ requests, resolve, reject });
      if (busy) return;
      busy = true;
      // The messages that arrived during the last commit are handed over one by one: the group starts when all of them are here.
      setImmediate(() => void run());
    });
}

function takeGroup(waiting: Call[]): Call[] {
  const all = waiting.reduce((sum, { requests }) => sum + requests.length, 0);
  const most = Math.min(LARGEST_GROUP, Math.max(SMALLEST_GROUP, all / 2));
  let size = 0;
  let count = 0;
  while (count < waiting.length && size < most) size += waiting[count++]!.requests.length;
  return waiting.splice(0, count);
}
