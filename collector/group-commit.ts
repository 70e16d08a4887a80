/** Step 4 of 5. Collects what arrives while a commit is under way into the next one: one fsync for many requests. */

/** A commit of this many requests takes a few milliseconds; larger ones would only make the first of them wait. */
const LARGEST_GROUP = 512;

/** `commit` gets the inputs of one group and answers in the same order. Its rejection reaches every request of the group. */
export function createGroupCommit<In, Out>(commit: (inputs: In[]) => Promise<Out[]>): (input: In) => Promise<Out> {
  const waiting: { input: In; resolve: (out: Out) => void; reject: (error: Error) => void }[] = [];
  let busy = false;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.splice(0, LARGEST_GROUP);
      try {
        const outs = await commit(group.map(({ input }) => input));
        group.forEach(({ resolve }, index) => resolve(outs[index]!));
      } catch (error) {
        for (const { reject } of group) reject(error as Error);
      }
    }
    busy = false;
  }

  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      if (busy) return;
      busy = true;
      // The rest of this tick's requests come along.
      setImmediate(() => void run());
    });
}
