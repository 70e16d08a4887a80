/** Waiting for what happens elsewhere: asked again and again until the answer is there, or until a test has waited too long. */

const PAUSE = 25;

/** The first answer that is neither undefined, null nor false. Fails after `most` milliseconds, saying what was awaited. */
export async function eventually<T>(
  what: string,
  ask: () => T | Promise<T>,
  most = 10_000,
): Promise<Exclude<T, undefined | null | false>> {
  const end = performance.now() + most;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false)
      return answer as Exclude<T, undefined | null | false>;
    if (performance.now() > end) throw new Error(`waited ${most} ms in vain for ${what}`);
    await pause(PAUSE);
  }
}

/** For the proof that something does not happen: long enough for a request on loopback to have arrived. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
