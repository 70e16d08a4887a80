/** Keeps the agreed time while the collector runs: written down every minute, by one of several, so that the others and the next start go on from there. */
import type { Clock } from '../lib/clock.ts';
import { days, minutes } from '../lib/duration.ts';
import { keepRounds } from '../lib/rounds.ts';
import { followClock } from './agreed-time.ts';
import type { InstallationStore } from '../store/installation-store.ts';

const EVERY = minutes(1);
/** A clock further off than this is worth a shout. */
export const MOST_LAG = days(1);

export interface AgreedTime {
  /** Epoch milliseconds that deletion and deadlines go by. */
  now: Clock;
  end(): Promise<void>;
}

/** A first start agrees with the newest row, or with the clock where there is none. */
export async function keepAgreedTime(deps: {
  store: Pick<InstallationStore, 'agreedTime' | 'agreeOnTime' | 'newestMoment'>;
  clock: Clock;
  monotonic: Clock;
  /** Whether it is this process that writes it down; of several that all did, each would undo what the others had counted. */
  mayRun?: () => Promise<boolean>;
  log: { error(fields: object, message: string): void };
}): Promise<AgreedTime> {
  const { store, clock, monotonic, log, mayRun = () => Promise.resolve(true) } = deps;
  let agreed = (await store.agreedTime()) ?? Math.min(clock(), (await store.newestMoment()) ?? clock());
  let looked = monotonic();
  let written = agreed;
  let shouted = false;

  const now = (): number => {
    const moment = monotonic();
    agreed = followClock({ agreed, clock: clock(), elapsed: moment - looked });
    looked = moment;
    return agreed;
  };
  const write = async (): Promise<void> => {
    const writes = await mayRun();
    const stored = await store.agreedTime();
    if (!writes) {
      agreed = stored ?? agreed;
      looked = monotonic();
      return shout();
    }
    // Somebody may have agreed to the clock at the command line meanwhile.
    if (stored !== null && stored !== written) agreed = stored;
    written = Math.round(now());
    await store.agreeOnTime(written);
    shout();
  };
  const shout = (): void => {
    const lag = clock() - agreed;
    const isOff = Math.abs(lag) > MOST_LAG;
    if (isOff && !shouted)
      log.error(
        { agreed: new Date(agreed).toISOString(), clock: new Date(clock()).toISOString() },
        'the clock has leapt, or the collector stood still: nothing is deleted or given up by it until the agreed time has followed; if the clock is right: clickthread doctor --agree-time',
      );
    shouted = isOff;
  };

  await write();
  const endRounds = keepRounds({
    every: EVERY,
    round: write,
    failed: (error) => log.error({ err: error }, 'the agreed time could not be written'),
    atOnce: false,
  });
  return {
    now,
    async end() {
      await endRounds();
      await write().catch(() => undefined);
    },
  };
}
