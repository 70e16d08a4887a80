/** Step 1 of 5. Sends the requests of one tick to the store's thread as one message: one each would cost more than reading them. */

/** `send` gets what was given since the last tick and answers in the same order. Its rejection reaches all of them. */
export function createGather<In, Out>(send: (inputs: In[]) => Promise<Out[]>): (input: In) => Promise<Out> {
  let gathered: { input: In; resolve: (out: Out) => void; reject: (error: Error) => void }[] = [];

  const flush = (): void => {
    const calls = gathered;
    gathered = [];
    send(calls.map(({ input }) => input)).then(
      (outs) => calls.forEach(({ resolve }, index) => resolve(outs[index]!)),
      (error: Error) => calls.forEach(({ reject }) => reject(error)),
    );
  };

  return (input) =>
    new Promise((resolve, reject) => {
      if (gathered.length === 0) setImmediate(flush);
      gathered.push({ input, resolve, reject });
    });
}
