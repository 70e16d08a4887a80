/** Collects what arrives while a batch is under way into the next one. */

/** A batch of this many takes a few milliseconds; larger ones would only make the first of them wait. */
const LARGEST_BATCH = 512;

interface Waiting<In, Out> {
  input: In;
  resolve: (out: Out) => void;
  reject: (error: Error) => void;
}

/**
 * `commit` gets the inputs of one batch and answers in the same order. Its rejection reaches all of the batch. `sizeOf` says how many of what
 * waits the next batch takes.
 */
export function createBatches<In, Out>(
  commit: (inputs: In[]) => Promise<Out[]>,
  sizeOf: (waiting: readonly { input: In }[]) => number = () => LARGEST_BATCH,
): (input: In) => Promise<Out> {
  const waiting: Waiting<In, Out>[] = [];
  let busy = false;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, sizeOf(waiting));
      try {
        const outs = await commit(batch.map(({ input }) => input));
        batch.forEach(({ resolve }, index) => resolve(outs[index]!));
      } catch (error) {
        for (const { reject } of batch) reject(error as Error);
      }
    }
    busy = false;
  }

  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      if (busy) return;
      busy = true;
      // The rest of this tick's come along: what arrived during the last commit is handed over one by one.
      setImmediate(() => void run());
    });
}
