/** Step 2 of 5. Reads who the shop says that a visitor is: `identify` with the shop's signature. Pure. */
import type { Problem } from '../../wire/problem.ts';
import { days, minutes } from '../lib/duration.ts';
import { hmacSha256, sameSecret } from '../lib/hash.ts';
import { readInstant } from '../lib/local-time.ts';

/** A customer whom the shop signed in: what it says binds this browser to the customer. */
export interface SignedIdentity {
  customerId?: string;
  email?: string;
}

/** A signed sign-in is good for this long: whoever finds it in an old page ties nobody by it. */
const GOOD_FOR = days(1);
/** Shops' clocks run ahead by minutes. */
const AHEAD = minutes(5);
const LONGEST = 254;

/** What a shop signs: `identify`, customer id, e-mail and time, a line each; what is not known is an empty line. */
export function identityText(identity: { customerId?: string; email?: string; signedAt: string }): string {
  return ['identify', identity.customerId ?? '', identity.email ?? '', identity.signedAt].join('\n');
}

/** Without a signature it ties nobody, and is no fault; a wrong one is left out and said. `value` is the body's `identity`. */
export function readIdentity(
  value: unknown,
  { keys, now }: { keys: readonly string[]; now: number },
): { identity?: SignedIdentity; warning?: Problem } {
  if (typeof value !== 'object' || value === null) return {};
  const { signature, signedAt, ...names } = value as Record<string, unknown>;
  if (signature === undefined || signature === null || signature === '') return {};
  const customerId = readName(names.customerId);
  const email = readName(names.email);
  if (
    typeof signature !== 'string' ||
    typeof signedAt !== 'string' ||
    (customerId === undefined && email === undefined)
  )
    return leftOut('must hold customerId or email, signedAt and signature');
  const at = readInstant(signedAt, 'UTC');
  if (at === undefined) return leftOut('signedAt must be a time such as "2026-11-26T12:00:00Z"');
  const text = identityText({
    signedAt,
    ...(customerId === undefined ? {} : { customerId }),
    ...(email === undefined ? {} : { email }),
  });
  if (!keys.some((key) => sameSecret(hmacSha256(key, text), signature.toLowerCase())))
    return leftOut(
      "its signature does not match: the shop's server signs customer id, e-mail and time with the order key",
    );
  if (at < now - GOOD_FOR || at > now + AHEAD) return leftOut('its signature is older than a day or from the future');
  return {
    identity: {
      ...(customerId === undefined ? {} : { customerId }),
      ...(email === undefined ? {} : { email: email.trim() }),
    },
  };
}

/** As it was signed: neither trimmed nor cut. */
function readName(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' && text.length <= LONGEST && !/[\r\n]/.test(text) ? text : undefined;
}

function leftOut(message: string): { warning: Problem } {
  return { warning: { field: 'identity', message: `${message}; left out` } };
}
