/** Step 2 of 5. Proof that a shop stands behind an amount which its customer's browser reports: HMAC-SHA256 over `orderId\ntotal\ncurrency`. Pure. */
import type { Order, Problem } from './event.ts';
import { hmacSha256, sameSecret } from './lib/hash.ts';
import { formatMoney } from './lib/money.ts';

/** What a shop signs. `total` is the decimal text of the order, `112.00`. */
export function orderSignature(key: string, order: { orderId: string; total: string; currency: string }): string {
  return hmacSha256(key, `${order.orderId}\n${order.total}\n${order.currency}`);
}

/**
 * `sent` are the fields as they arrived; `keys` the site's signing keys, several while one is being replaced.
 * The total may be signed as it was sent or in the currency's full decimals: templates differ in which they have at hand.
 */
export function checkSignature(input: {
  sent: Record<string, unknown>;
  order: Order;
  keys: readonly string[];
  required: boolean;
}): { proven: boolean; problem?: Problem } {
  const { sent, order, keys, required } = input;
  const { signature } = sent;
  if (signature === undefined || signature === null || signature === '') {
    if (!required) return { proven: false };
    return refuse(
      "is missing: this site takes orders from browsers only with the signature that the shop's server makes",
    );
  }
  if (keys.length === 0)
    return refuse("can't be checked: this site has no signing key (clickthread key create SITE --order)");
  if (typeof signature !== 'string' || !/^[\da-f]{64}$/i.test(signature)) {
    return refuse('must be the 64 hexadecimal digits of an HMAC-SHA256');
  }
  const totals = [formatMoney({ minor: order.total, currency: order.currency }), String(sent.total)];
  const matches = keys.some((key) =>
    totals.some((total) =>
      sameSecret(
        orderSignature(key, { orderId: order.orderId, total, currency: order.currency }),
        signature.toLowerCase(),
      ),
    ),
  );
  return matches ? { proven: true } : refuse('does not match this order id, total and currency');
}

function refuse(message: string): { proven: false; problem: Problem } {
  return { proven: false, problem: { field: 'signature', message } };
}
