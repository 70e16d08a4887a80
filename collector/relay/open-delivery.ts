/** Step 5 of 5. Opens a leased delivery for sending: joins the customer's data, and says where nothing may leave. */
import type { Connection } from '../configuration/sites.ts';
import { settingsAsTold } from '../model/amounts/kept-settings.ts';
import type { Clock } from '../lib/clock.ts';
import type { Seal } from '../lib/seal.ts';
import type { HttpRequest } from '../model/http.ts';
import type { Report } from '../model/report.ts';
import type { Leave, Sender, SendLimits, SendResult } from '../outbound/send.ts';
import type { Claimed, Settlement } from '../store/store.ts';
import { openPersonal, SEALED_OTHERWISE } from './open-personal.ts';
import type { TokenKeeper } from './tokens.ts';
import { mayBeRepeated, reasonNotToSend, type Sendable, settlementOf } from './settle-outcome.ts';

export interface DeliverDeps {
  sender: Sender;
  seal: Seal;
  clock: Clock;
  random: () => number;
  tokens: TokenKeeper;
  /** What deadlines go by; the clock unless given. */
  agreed?: Clock;
  /** Asked right before a request is written: false where the lease is somebody else's by now. */
  mayStart?: () => boolean;
  /** That no consent was taken back, and nobody erased, since the delivery was looked up. */
  leave?: Leave;
}

export function openDelivery(
  claimed: Claimed,
  connection: Connection,
  { seal, clock, agreed = clock }: DeliverDeps,
): Sendable | { settlement: Settlement } {
  const destination = connection.destination!;
  const personal = openPersonal(claimed, seal);
  if (personal === undefined) {
    const change = { state: 'held' as const, reason: `${SEALED_OTHERWISE}, then replay`, nextAt: null };
    return { settlement: settlementOf(claimed, change, []) };
  }
  const { report: stored } = claimed.delivery;
  const report: Report = { ...stored, order: { ...stored.order, personal } };
  const settings = settingsAsTold(connection.settings, report);
  const stop = reasonNotToSend({ claimed, destination, report, settings, now: agreed() });
  if (stop) return { settlement: settlementOf(claimed, { ...stop, nextAt: null }, []) };
  const telling = settings === connection.settings ? connection : { ...connection, settings };
  return { claimed, connection: telling, destination, report, repeated: mayBeRepeated(claimed, destination) };
}

/** One exchange within the connection's limits, with its token where the request wants one: a token that isn't taken is renewed once. */
export async function sendFor(
  connection: Connection,
  request: HttpRequest,
  deps: { sender: Pick<Sender, 'send'> } & Pick<DeliverDeps, 'mayStart' | 'leave' | 'tokens'>,
  beside: SendLimits = {},
): Promise<SendResult> {
  const { sender, mayStart, leave, tokens } = deps;
  const { timeout } = connection.limits;
  const limits = {
    ...(timeout === undefined ? {} : { timeout }),
    ...(mayStart ? { mayStart } : {}),
    ...(leave ? { leave } : {}),
    ...beside,
  };
  if (!request.token) return sender.send(request, limits);
  for (let renewed = false; ; renewed = true) {
    const token = await tokens.take(connection);
    if (typeof token !== 'string') return token;
    const headers = { ...request.headers, Authorization: `Bearer ${token}` };
    const sent = await sender.send({ ...request, headers }, limits);
    if (renewed || !sent.ok || sent.response.status !== 401) return sent;
    tokens.drop(connection, token);
  }
}
