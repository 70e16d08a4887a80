/** Puts the token that an API gives for credentials on the requests that want it: asked for once a conversation, and anew where it is taken no more. */
import type { Settings } from '../kit/setting.ts';
import type { SourceFault, SourceToken } from '../kit/source.ts';
import type { Sender, SendResult } from './send.ts';

/** Like a sender's `send`; a fault where no token could be had. */
export type TokenSend = (...given: Parameters<Sender['send']>) => Promise<SendResult | { fault: SourceFault }>;

export function carryToken(token: SourceToken | undefined, settings: Settings, send: Sender['send']): TokenSend {
  let held: string | undefined;
  return async (request, limits) => {
    if (!token || request.token !== true) return send(request, limits);
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
