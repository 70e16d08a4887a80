/** Asks a source politely: one request at a time, no faster than allowed, again later where an answer may still come. */
import { retryAfter } from '../../kit/retry-after.ts';
import type { Settings } from '../../kit/setting.ts';
import type { Ask, Source, SourceFault } from '../../kit/source.ts';
import { minutes, seconds } from '../../lib/duration.ts';
import type { HttpResponse } from '../../model/http.ts';
import { createPace, type FetchDeps } from '../../outbound/polite.ts';
import type { SendResult } from '../../outbound/send.ts';
import { carryToken } from '../../outbound/carry-token.ts';

/** A list of a thousand rows has a few hundred kB; more than this is no list. */
const MOST_BYTES = 8 * 1024 * 1024;
const TIMEOUT = seconds(60);
/** Tries of one request: about four minutes with their pauses. */
const MOST_TRIES = 8;
/** A server that asks for more than this is not waited for: the run fails for now. */
const LONGEST_WISH = minutes(5);

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
  options: {
    settings: Settings;
    token?: Source['token'];
    perSecond: number;
    alive: () => Promise<void>;
    signal?: AbortSignal;
  },
): Fetcher {
  const { settings } = options;
  const send = carryToken(options.token, settings, deps);
  const pace = createPace(deps, options);
  let requests = 0;
  let skew = 0;
  return {
    async ask(ask, query) {
      for (let attempt = 1; ; attempt += 1) {
        await pace.takeTurn();
        requests += 1;
        const result = await send(ask.request(query, settings), { timeout: TIMEOUT, maxBytes: MOST_BYTES });
        const answered = 'ok' in result && result.ok;
        if (answered) skew = skewOf(result.response, deps.clock()) ?? skew;
        const reading = read(result, (response) => ask.read(response, settings));
        if ('value' in reading) return reading.value;
        const wish = reading.fault.after ?? (answered ? retryAfter(result.response) : undefined);
        const hopeless = !reading.fault.temporary || attempt >= MOST_TRIES || (wish ?? 0) > LONGEST_WISH;
        if (hopeless) throw new SourceFailure(reading.fault);
        await pace.waitToRetry(attempt, wish);
      }
    },
    settings,
    requests: () => requests,
    skew: () => skew,
  };
}

type Read<T> = { value: T } | { fault: SourceFault };

function read<T>(result: SendResult | { fault: SourceFault }, parse: (response: HttpResponse) => Read<T>): Read<T> {
  if ('fault' in result) return result;
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
