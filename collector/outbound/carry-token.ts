/**
 * Puts what an API wants to see on the requests that must bear it: a token that it gives for credentials, asked for once a conversation and anew
 * where it is taken no more; or a signature over each request.
 */
import { randomUUID } from 'node:crypto';
import type { Settings } from '../kit/setting.ts';
import type { Source, SourceFault } from '../kit/source.ts';
import type { Clock } from '../lib/clock.ts';
import type { Sender, SendResult } from './send.ts';

/** Like a sender's `send`; a fault where no token could be had. */
export type TokenSend = (...given: Parameters<Sender['send']>) => Promise<SendResult | { fault: SourceFault }>;

export function carryToken(
  token: Source['token'],
  settings: Settings,
  { send, clock }: { send: Sender['send']; clock: Clock },
): TokenSend {
  let held: string | undefined;
  return async (request, limits) => {
    if (!token || request.token !== true) return send(request, limits);
    if ('sign' in token) {
      const signed = token.sign(request, settings, { at: clock(), nonce: randomUUID() });
      return send({ ...request, headers: { ...request.headers, ...signed } }, limits);
    }
    for (;;) {
      const fresh = held === undefined;
      if (held === undefined) {
        const sent = await send(token.request(settings), limits);
        if (!sent.ok) return sent;
        const reading = token.read(sent.response, settings);
        if ('fault' in reading) return reading;
        held = reading.value;
      }
      const result = await send({ ...request, headers: { ...request.headers, ...token.headers(held) } }, limits);
      if (fresh || !result.ok || result.response.status !== 401) return result;
      held = undefined;
    }
  };
}
