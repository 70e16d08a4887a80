/** Step 1 of 5. Sends the requests of one tick to the store's thread in few messages: one each would cost more than reading them. */

/** So few that the store's thread can start with the first message, and make groups of the size that suits it. */
const LARGEST_MESSAGE = 16;

/**
 * `send` gets what was given since the last tick, a message at a time, and answers in the same order, now or later each. Its rejection reaches all
 * of that message.
 */
export function createGather<In, Out>(
  send: (inputs: In[]) => Promise<(Out | Promise<Out>)[]>,
): (input: In) => Promise<Out> {
  let gathered: { input: In; resolve: (out: Out | Promise<Out>) => void; reject: (error: Error) => void }[] = [];

  const flush = (): void => {
    const all = gathered;
    gathered = [];
    for (let from = 0; from < all.length; from += LARGEST_MESSAGE) {
      const calls = all.slice(from, from + LARGEST_MESSAGE);
      send(calls.map(({ input }) => input)).then(
        (outs) => calls.forEach(({ resolve }, index) => resolve(outs[index]!)),
        (error: Error) => calls.forEach(({ reject }) => reject(error)),
      );
    }
  };

  return (input) =>
    new Promise((resolve, reject) => {
      if (gathered.length === 0) setImmediate(flush);
      gathered.push({ input, resolve, reject });
    });
}
