/** What the relay has under way: an end waits for all of it, and what fails where nobody waits is written into the log. */
export interface InFlight {
  track(work: Promise<void>): void;
  /** Resolves once nothing is under way any more, nor what that has begun meanwhile. */
  end(): Promise<void>;
}

export function createInFlight(log: { error(fields: object, message: string): void }): InFlight {
  const running = new Set<Promise<void>>();
  return {
    track(work) {
      const watched = work
        .catch((error: unknown) => log.error({ err: error }, 'relay step failed'))
        .finally(() => running.delete(watched));
      running.add(watched);
    },
    async end() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
