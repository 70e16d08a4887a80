/** Collects what arrives while a batch is under way into the next one. */

/** A batch of this many takes a few milliseconds; larger ones would only make the first of them wait. */
const LARGEST_BATCH = 512;

/** `commit` gets the inputs of one batch and answers in the same order. Its rejection reaches all of the batch. */
export function createBatches<In, Out>(commit: (inputs: In[]) => Promise<Out[]>): (input: In) => Promise<Out> {
  const waiting: { input: In; resolve: (out: Out) => void; reject: (error: Error) => void }[] = [];
  let busy = false;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, LARGEST_BATCH);
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
      // The rest of this tick's come along.
      setImmediate(() => void run());
    });
}
