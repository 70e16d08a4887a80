/** What long conversations with a vendor share: the door, the clock, their pace with its pauses, and the word that ends them. */
import { nextDelay } from '../lib/backoff.ts';
import type { Clock } from '../lib/clock.ts';
import { minutes, seconds } from '../lib/duration.ts';
import type { Sender } from './send.ts';

/** The process is asked to end: the run stops where it is, and whoever comes next goes on from there. */
export class SyncStopped extends Error {
  override name = 'SyncStopped';
}

export interface FetchDeps {
  send: Sender['send'];
  clock: Clock;
  sleep(milliseconds: number): Promise<void>;
  /** Uniform in [0, 1). */
  random(): number;
}

const LONGEST_PAUSE = minutes(1);
/** The lease is renewed at least this often while nothing is asked. */
const RENEW_EVERY = seconds(20);

/** One request at a time, no faster than allowed, with a lease that stays alive during pauses. */
export interface Pace {
  /** Waits until the next request may be sent; throws {@link SyncStopped}, or what `alive` throws. */
  takeTurn(): Promise<void>;
  /** Waits after a failed try, the longer the more there were, and at least as long as the other side wishes (milliseconds). */
  waitToRetry(tries: number, wish?: number): Promise<void>;
}

/** `alive` renews the lease, or throws when it is gone; `perSecond` 0 sets no limit. */
export function createPace(
  deps: FetchDeps,
  { perSecond, alive, signal }: { perSecond: number; alive: () => Promise<void>; signal?: AbortSignal | undefined },
): Pace {
  const gap = perSecond > 0 ? 1000 / perSecond : 0;
  let free = 0;
  let lastAlive = deps.clock();

  const keepAlive = async (): Promise<void> => {
    if (signal?.aborted) throw new SyncStopped('stopped');
    if (deps.clock() - lastAlive < RENEW_EVERY) return;
    lastAlive = deps.clock();
    await alive();
  };
  return {
    async takeTurn() {
      const wait = free - deps.clock();
      if (wait > 0) await deps.sleep(wait);
      await keepAlive();
      free = Math.max(deps.clock(), free) + gap;
    },
    async waitToRetry(tries, wish = 0) {
      const pause = Math.min(LONGEST_PAUSE, nextDelay({ attempt: tries, random: deps.random() }));
      for (let left = Math.max(pause, wish); left > 0; left -= RENEW_EVERY) {
        await deps.sleep(Math.min(left, RENEW_EVERY));
        await keepAlive();
      }
    },
  };
}
