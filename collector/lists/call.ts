/** One call to a list platform: throttled, with a token that is renewed once, and again later where waiting helps. */
import type { ListPlatform, PlatformFault, PlatformReading } from '../kit/platform.ts';
import { retryAfter } from '../kit/retry-after.ts';
import type { Settings } from '../kit/setting.ts';
import { seconds } from '../lib/duration.ts';
import type { HttpRequest } from '../model/http.ts';
import { createPace, type FetchDeps } from '../outbound/polite.ts';
import type { SendResult } from '../outbound/send.ts';

const TIMEOUT = seconds(30);
const MOST_TRIES = 6;
/** A token is not used in its last seconds. */
const TOKEN_MARGIN = seconds(30);

/** The platform can't be used for now (`temporary`) or until a person acts. */
export class PlatformFailure extends Error {
  override name = 'PlatformFailure';
  temporary: boolean;
  constructor(message: string, temporary: boolean) {
    super(message);
    this.temporary = temporary;
  }
}

/** Settles what waiting or a new token can settle; the rest is the caller's to judge. */
export type PlatformCall = (request: HttpRequest) => Promise<PlatformReading>;

export interface CallOptions {
  platform: ListPlatform;
  settings: Settings;
  /** Renews the lease, or throws when it is gone. */
  alive: () => Promise<void>;
  signal?: AbortSignal;
}

export function createCall(deps: FetchDeps, { platform, settings, alive, signal }: CallOptions): PlatformCall {
  const perSecond = Number(settings['perSecond'] ?? platform.perSecond);
  const pace = createPace(deps, { perSecond, alive, signal });
  let token: { value: string; until: number } | undefined;

  const exchange = async (request: HttpRequest): Promise<SendResult> => {
    await pace.takeTurn();
    return deps.send(request, { timeout: TIMEOUT });
  };
  /** Again after a pause, until the answer is no passing failure. */
  const persist = async <T>(
    attempt: () => Promise<{ result: SendResult; value: T | PlatformFault }>,
  ): Promise<T | PlatformFault> => {
    for (let tries = 1; ; tries += 1) {
      const { result, value } = await attempt();
      if (!isFault(value) || value.kind !== 'temporary') return value;
      if (tries >= MOST_TRIES) throw new PlatformFailure(value.message, true);
      await pace.waitToRetry(tries, result.ok ? retryAfter(result.response) : undefined);
    }
  };
  const freshToken = async (): Promise<string | undefined> => {
    const request = platform.token(settings);
    if (!request) return undefined;
    if (token && token.until > deps.clock()) return token.value;
    const read = await persist(async () => {
      const result = await exchange(request);
      return { result, value: result.ok ? platform.readToken(result.response) : unreachable(result) };
    });
    if (isFault(read)) throw new PlatformFailure(read.message, false);
    token = { value: read.token, until: deps.clock() + read.seconds * 1000 - TOKEN_MARGIN };
    return token.value;
  };
  return async (request) => {
    let renewed = false;
    for (;;) {
      const value = await persist<PlatformReading>(async () => {
        const bearer = await freshToken();
        // Signed anew each time: the signature covers the moment.
        const result = await exchange(platform.authorize(request, settings, { token: bearer, now: deps.clock() }));
        if (!result.ok) return { result, value: unreachable(result) };
        const reading = platform.read(result.response);
        const passing = !reading.ok && reading.fault.kind === 'temporary';
        return { result, value: passing ? reading.fault : reading };
      });
      const reading: PlatformReading = isFault(value) ? { ok: false, fault: value } : value;
      if (reading.ok) return reading;
      const { kind, message } = reading.fault;
      if (kind === 'credentials' && token !== undefined && !renewed) {
        renewed = true;
        token = undefined;
        continue;
      }
      if (kind === 'credentials' || kind === 'held') throw new PlatformFailure(message, false);
      return reading;
    }
  };
}

function isFault(value: unknown): value is PlatformFault {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

function unreachable(result: Extract<SendResult, { ok: false }>): PlatformFault {
  const passing = result.kind === 'timeout' || result.kind === 'network';
  return { kind: passing ? 'temporary' : 'held', message: `The platform cannot be reached: ${result.message}.` };
}
