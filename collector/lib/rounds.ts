/** Work that is done again and again for as long as the collector runs. */

export interface Rounds {
  /** Milliseconds between the beginnings of two rounds. One that takes longer leaves out those that come meanwhile. */
  every: number;
  /** One round; `stopping` tells a long one to end early. */
  round: (stopping: () => boolean) => Promise<unknown>;
  /** Hears why a round broke off; the next one comes all the same. */
  failed: (error: unknown) => void;
  /** False where the first round comes after `every` instead of now. */
  atOnce?: boolean;
}

/** Begins the rounds; the returned function ends them and waits for the one that is under way. No process stays alive for them. */
export function keepRounds({ every, round, failed, atOnce = true }: Rounds): () => Promise<void> {
  let stopping = false;
  let running: Promise<unknown> | undefined;
  const run = (): void => {
    running ??= round(() => stopping)
      .catch(failed)
      .finally(() => (running = undefined));
  };
  if (atOnce) run();
  const timer = setInterval(run, every);
  timer.unref();
  return async () => {
    stopping = true;
    clearInterval(timer);
    await running;
  };
}
