/** Lets few pieces of work run at a time; the others wait for their turn, in the order in which they came. */
export function createAtMost(most: number): { <T>(work: () => Promise<T>): Promise<T>; readonly waiting: number } {
  const waiting: (() => void)[] = [];
  let running = 0;
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // A place is handed on, so that nobody who comes meanwhile takes it first.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
  return Object.defineProperty(run, 'waiting', { get: () => waiting.length }) as typeof run & { waiting: number };
}
