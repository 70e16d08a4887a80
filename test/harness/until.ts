/** Waits for a condition of the real world. Slow machines only make it take longer: no test measures how long. */

const GENEROUS = 30_000;
/** Looks often at first and then less so: looking costs what is waited for. */
const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 100;

/** Resolves with the first value that is neither undefined, null nor false; a failing look counts as "not yet". */
export async function until<T>(
  look: () => T | Promise<T>,
  { what, timeout = GENEROUS }: { what: string; timeout?: number },
): Promise<NonNullable<Exclude<T, false>>> {
  const started = performance.now();
  let last: unknown;
  let pause = FIRST_PAUSE;
  for (;;) {
    try {
      last = await look();
      if (last !== undefined && last !== null && last !== false) return last as NonNullable<Exclude<T, false>>;
    } catch (error) {
      last = error;
    }
    if (performance.now() - started > timeout)
      throw new Error(
        `Waited ${timeout / 1000} s for ${what}; last: ${last instanceof Error ? last.message : JSON.stringify(last)}`,
      );
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(LONGEST_PAUSE, pause * 1.4);
  }
}
