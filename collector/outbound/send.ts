/** One HTTP exchange with the world. Failures are values; nothing is retried, redirected or decided here. */
import type { Agent, Dispatcher } from 'undici';
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
  /** Bytes of the answer that are read; 64 kB unless given. The rest is left unread. */
  maxBytes?: number;
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
  // The library is loaded with the first request: a start, or a command that asks nobody, needs none.
  const openAgent = async (): Promise<Agent> => {
    const { Agent } = await import('undici');
    return new Agent({
      connections,
      pipelining: 1,
      connect: { lookup: guardedLookup({ allowPrivate, resolve }), timeout: seconds(10) },
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
          ? await exchange({ agent: await (opened ??= openAgent()), request, limits, clock })
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
}

/** undici's `dispatch` is its lowest door: no streams, and it tells when a request is about to be written. */
function exchange({ agent, request, limits, clock }: Exchange): Promise<SendResult> {
  const { timeout = TIMEOUT, maxBytes = MAX_BYTES, mayStart } = limits;
  const url = new URL(request.url);
  return new Promise((settle) => {
    let controller: Dispatcher.DispatchController | undefined;
    let settled = false;
    let status = 0;
    let headers: Record<string, string> = {};
    let size = 0;
    const chunks: Buffer[] = [];

    const end = (result: SendResult): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
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
