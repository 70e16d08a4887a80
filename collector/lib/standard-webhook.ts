/** Standard Webhooks signatures (https://www.standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`. Pure. */
import { createHmac } from 'node:crypto';
import type { Problem } from '../../wire/problem.ts';
import { sameSecret } from './hash.ts';

/** Seconds that a message's time may differ from ours, either way. */
const TOLERANCE = 5 * 60;

export interface SignedMessage {
  id: string;
  timestamp: string;
  /** One or more `v1,BASE64`, separated by spaces: a sender that rotates its secret signs with both. */
  signature: string;
  body: string;
}

/** `secret` is `whsec_BASE64` or a plain text. */
export function verifyMessage(
  message: SignedMessage,
  secret: string,
  now: number,
): { ok: true } | { ok: false; problem: Problem } {
  const no = (field: string, text: string): { ok: false; problem: Problem } => ({
    ok: false,
    problem: { field, message: text },
  });
  if (message.id === '') return no('webhook-id', 'is missing');
  if (!/^\d{1,12}$/.test(message.timestamp))
    return no('webhook-timestamp', 'must be the time of sending in whole seconds since 1970');
  if (Math.abs(Math.floor(now / 1000) - Number(message.timestamp)) > TOLERANCE) {
    return no('webhook-timestamp', "is more than five minutes from this server's clock: sign at the moment of sending");
  }
  const expected = signMessage(message, secret);
  const matches = message.signature.split(' ').some((candidate) => sameSecret(candidate, expected));
  return matches
    ? { ok: true }
    : no('webhook-signature', 'does not match the body: sign "ID.TIMESTAMP.BODY" with the secret, byte for byte');
}

/** The header value of a message: `v1,BASE64`. */
export function signMessage(
  { id, timestamp, body }: Pick<SignedMessage, 'id' | 'timestamp' | 'body'>,
  secret: string,
): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
