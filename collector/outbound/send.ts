/** One HTTP exchange with the world. Failures are values; nothing is retried, redirected or decided here. */
import type { Agent, buildConnector, Dispatcher } from 'undici';
import type { Clock } from '../lib/clock.ts';
import { seconds } from '../lib/duration.ts';
import type { HttpRequest, HttpResponse } from '../model/http.ts';
import { checkAddress, guardedLookup, type GuardOptions, type Resolve, systemResolve } from './guard.ts';
import { failureOf, type SendFailure } from './send-failure.ts';

export type SendResult = { ok: true; response: HttpResponse } | SendFailure;

export interface SendLimits {
  /** Milliseconds for the whole exchange, connecting included; 15 s unless given. */
  timeout?: number;
  /** Asked right before the request is written to its socket, which may be a while after the call; false: it is not. */
  mayStart?: () => boolean;
  /** What must still hold when it is written, and takes a look that can't be had in that moment. */
  leave?: Leave;
  /** Bytes of the answer that are read; 64 kB unless given. The rest is left unread. */
  maxBytes?: number;
}

/** A permission that was looked up, and grows old while a request waits for its connection. */
export interface Leave {
  /** Whether a look a moment ago found that it holds. */
  isFresh(): boolean;
  /** Looks again; false where it was taken back meanwhile, and then it never is fresh again. */
  renew(): Promise<boolean>;
}

export interface Sender {
  send(request: HttpRequest, limits?: SendLimits): Promise<SendResult>;
  /** Waits for running exchanges, then closes every connection. */
  close(): Promise<void>;
}

export interface SenderOptions extends GuardOptions {
  clock: Clock;
  resolve?: Resolve;
  /** Told when the guard refuses an address. */
  log?: { warn(fields: object, message: string): void };
  /** Connections kept per host; 50 unless given. */
  connections?: number;
}

const TIMEOUT = seconds(15);
const MAX_BYTES = 64 * 1024;

export function createSender({
  allowPrivate,
  clock,
  resolve = systemResolve,
  log,
  connections = 50,
}: SenderOptions): Sender {
  let opened: Promise<Agent> | undefined;
  const waiting = new Set<Leave>();
  // The library is loaded with the first request: a start, or a command that asks nobody, needs none.
  const openAgent = async (): Promise<Agent> => {
    const { Agent, buildConnector } = await import('undici');
    const connector = buildConnector({ lookup: guardedLookup({ allowPrivate, resolve }), timeout: seconds(10) });
    return new Agent({
      connections,
      pipelining: 1,
      connect: connectWithLeave(connector, waiting),
      keepAliveTimeout: seconds(4),
      // A pinned address grows old: after a minute at most the name is resolved, and checked, again.
      keepAliveMaxTimeout: seconds(60),
    });
  };
  return {
    async send(request, limits = {}) {
      const refused = checkAddress(request.url, { allowPrivate });
      const result: SendResult =
        refused === undefined
          ? await exchangeWithLeave({ agent: await (opened ??= openAgent()), request, limits, clock, waiting })
          : { ok: false, kind: 'refused', sent: false, message: refused };
      if (!result.ok && result.kind === 'refused') log?.warn({ reason: result.message }, 'outgoing request refused');
      return result;
    },
    close: async () => (await opened)?.close(),
  };
}

interface Exchange {
  agent: Agent;
  request: HttpRequest;
  limits: SendLimits;
  clock: Clock;
  /** Leaves of requests that are not written yet. */
  waiting: Set<Leave>;
}

/** A connection may take seconds to open, and what waits for it is written in that very moment: so it is looked at before. */
function connectWithLeave(connector: buildConnector.connector, waiting: ReadonlySet<Leave>): buildConnector.connector {
  return (options, callback) =>
    connector(options, (...opened) => {
      const stale = [...waiting].filter((leave) => !leave.isFresh());
      if (stale.length === 0) return callback(...opened);
      // Whose leave ended is not fresh, and is held back as it starts.
      const looks = stale.map((leave) => leave.renew().catch(() => false));
      void Promise.all(looks).then(() => callback(...opened));
    });
}

/** Undici ends the connection of a request that is held back in its last moment: who opens one looks first, and it is not held back for ever. */
const MOST_HELD_BACK = 2;

async function exchangeWithLeave(given: Exchange): Promise<SendResult> {
  const { leave, ...limits } = given.limits;
  for (let held = 0; ; held += 1) {
    // A store that can't be asked is no permission.
    if (leave?.isFresh() === false && !(await leave.renew().catch(() => false))) break;
    // On a machine that has no moment to spare, the look of just now is good enough.
    const result = await exchange(held < MOST_HELD_BACK ? given : { ...given, limits });
    if (result !== 'stale') return result;
  }
  const message = 'it was stopped while it waited for its connection: nothing left';
  return { ok: false, kind: 'network', sent: false, message };
}

/** undici's `dispatch` is its lowest door: no streams, and it tells when a request is about to be written. */
function exchange({ agent, request, limits, clock, waiting }: Exchange): Promise<SendResult | 'stale'> {
  const { timeout = TIMEOUT, maxBytes = MAX_BYTES, mayStart, leave } = limits;
  const url = new URL(request.url);
  return new Promise((settle) => {
    let controller: Dispatcher.DispatchController | undefined;
    let settled = false;
    let status = 0;
    let headers: Record<string, string> = {};
    let size = 0;
    const chunks: Buffer[] = [];

    const end = (result: SendResult | 'stale'): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      if (leave) waiting.delete(leave);
      settle(result);
    };
    const answered = (truncated: boolean): void => {
      const body = Buffer.concat(chunks).toString('utf8');
      const response: HttpResponse = { status, headers, body, receivedAt: clock() };
      end({ ok: true, response: truncated ? { ...response, truncated } : response });
    };
    const timer = setTimeout(() => {
      const message = `${url.hostname} did not answer within ${timeout / 1000} s`;
      end({ ok: false, kind: 'timeout', sent: controller !== undefined, message });
      controller?.abort(new Error(message));
    }, timeout);

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        // Given up while it waited for a connection: it must not leave any more.
        if (settled) return started.abort(new Error('given up'));
        if (mayStart?.() === false) {
          end({ ok: false, kind: 'network', sent: false, message: 'its lease had run out before it could be written' });
          return started.abort(new Error('too late'));
        }
        if (leave?.isFresh() === false) {
          end('stale');
          return started.abort(new Error('to be looked at again'));
        }
        if (leave) waiting.delete(leave);
        controller = started;
      },
      onResponseStart(_controller, code, received) {
        status = code;
        headers = flatten(received);
      },
      onResponseData(running, chunk) {
        if (settled) return;
        const room = maxBytes - size;
        chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
        size += chunk.length;
        if (size <= maxBytes) return;
        answered(true);
        running.abort(new Error('answer too long'));
      },
      onResponseEnd: () => answered(false),
      onResponseError: (_controller, error) =>
        end(failureOf(error, { host: url.hostname, sent: controller !== undefined })),
    };
    if (leave) waiting.add(leave);
    try {
      agent.dispatch(
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method: request.method,
          headers: { 'user-agent': 'clickthread', ...request.headers },
          body: request.body ?? null,
          headersTimeout: timeout,
          bodyTimeout: timeout,
        },
        handler,
      );
    } catch (error) {
      end(failureOf(error, { host: url.hostname, sent: false }));
    }
  });
}

function flatten(received: Record<string, string | string[] | undefined>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(received)) {
    if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
