/** Asks a source politely: one request at a time, no faster than allowed, again later where an answer may still come. */
import { nextDelay } from './backoff.ts';
import type { HttpResponse, Settings } from './destinations/destination.ts';
import { retryAfter } from './destinations/retry-after.ts';
import type { Clock } from './lib/clock.ts';
import { minutes, seconds } from './lib/duration.ts';
import type { Sender, SendResult } from './send.ts';
import type { Ask, SourceFault } from './sources/source.ts';

/** A list of a thousand rows has a few hundred kB; more than this is no list. */
const MOST_BYTES = 8 * 1024 * 1024;
const TIMEOUT = seconds(60);
/** Tries of one request: about four minutes with their pauses. */
const MOST_TRIES = 8;
const LONGEST_PAUSE = minutes(1);
/** A server that asks for more than this is not waited for: the run fails for now. */
const LONGEST_WISH = minutes(5);
/** The lease is renewed at least this often while nothing is asked. */
const NAP = seconds(20);

/** The source can't be used; `temporary` tells whether by itself it may be later. */
export class SourceFailure extends Error {
  override name = 'SourceFailure';
  temporary: boolean;
  missing: boolean;
  constructor(fault: SourceFault) {
    super(fault.message);
    this.temporary = fault.temporary;
    this.missing = fault.missing === true;
  }
}

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

export interface Fetcher {
  /** Throws {@link SourceFailure} when the answer stays unusable. */
  ask<Q, T>(ask: Ask<Q, T>, query: Q): Promise<T>;
  settings: Settings;
  requests(): number;
  /** Milliseconds that the source's clock is ahead of ours, as its Date header says; 0 where it doesn't. */
  skew(): number;
}

/** `alive` is called during pauses: it renews the lease, or throws when it is gone. */
export function createFetcher(
  deps: FetchDeps,
  options: { settings: Settings; perSecond: number; alive: () => Promise<void>; signal?: AbortSignal },
): Fetcher {
  const { settings, perSecond, signal } = options;
  const gap = perSecond > 0 ? 1000 / perSecond : 0;
  let free = 0;
  let requests = 0;
  let skew = 0;
  let lastAlive = deps.clock();

  const alive = async (): Promise<void> => {
    if (signal?.aborted) throw new SyncStopped('stopped');
    if (deps.clock() - lastAlive < NAP) return;
    lastAlive = deps.clock();
    await options.alive();
  };
  const nap = async (milliseconds: number): Promise<void> => {
    for (let left = milliseconds; left > 0; left -= NAP) {
      await deps.sleep(Math.min(left, NAP));
      await alive();
    }
  };
  const turn = async (): Promise<void> => {
    const wait = free - deps.clock();
    if (wait > 0) await deps.sleep(wait);
    await alive();
    free = Math.max(deps.clock(), free) + gap;
  };
  return {
    async ask(ask, query) {
      for (let attempt = 1; ; attempt += 1) {
        await turn();
        requests += 1;
        const result = await deps.send(ask.request(query, settings), { timeout: TIMEOUT, maxBytes: MOST_BYTES });
        if (result.ok) skew = skewOf(result.response, deps.clock()) ?? skew;
        const reading = read(result, (response) => ask.read(response, settings));
        if ('value' in reading) return reading.value;
        const wish = result.ok ? retryAfter(result.response) : undefined;
        const hopeless = !reading.fault.temporary || attempt >= MOST_TRIES || (wish ?? 0) > LONGEST_WISH;
        if (hopeless) throw new SourceFailure(reading.fault);
        const pause = Math.min(LONGEST_PAUSE, nextDelay({ attempt, random: deps.random() }));
        await nap(Math.max(pause, wish ?? 0));
      }
    },
    settings,
    requests: () => requests,
    skew: () => skew,
  };
}

type Read<T> = { value: T } | { fault: SourceFault };

function read<T>(result: SendResult, parse: (response: HttpResponse) => Read<T>): Read<T> {
  if (result.ok) {
    const { truncated } = result.response;
    return truncated
      ? { fault: { message: 'The shop’s answer is larger than 8 MB.', temporary: false } }
      : parse(result.response);
  }
  const temporary = result.kind === 'timeout' || result.kind === 'network';
  return { fault: { message: `The shop cannot be asked: ${result.message}.`, temporary } };
}

function skewOf({ headers }: HttpResponse, now: number): number | undefined {
  const date = Date.parse(headers['date'] ?? '');
  return Number.isNaN(date) ? undefined : date - Math.floor(now / 1000) * 1000;
}
