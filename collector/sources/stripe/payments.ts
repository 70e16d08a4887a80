/** What is left of what a shopper paid by Stripe: captured, and neither paid back nor charged back. Pure. */
import { isObject, type Json } from '../../kit/json.ts';

/** How a session or an invoice was paid: most often by one charge. */
export interface StripePayments {
  charges?: readonly Json[];
  disputes?: readonly Json[];
}

export const integerOf = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) ? value : 0;

/** The money is with the bank that issued the card. An appeal follows on a dispute that was lost. */
const TAKEN = new Set(['needs_response', 'under_review', 'lost', 'appeal_needs_response', 'appeal_under_review']);
/** An inquiry moves no money; of what is won it came back. */
const KEPT = new Set(['won', 'warning_needs_response', 'warning_under_review', 'warning_closed']);

/** Of other words (`prevented`) its entries in the account's books tell whether money moved. */
function isTaken({ status, balance_transactions: entries }: Json): boolean {
  const named = String(status);
  if (TAKEN.has(named) || KEPT.has(named)) return TAKEN.has(named);
  const rows = Array.isArray(entries) ? entries.filter(isObject) : [];
  return rows.reduce((sum, { amount }) => sum + integerOf(amount), 0) < 0;
}

/**
 * What went back of a charge. Stripe enters what a capture leaves out as a refund of its own, within `amount_refunded`: it counts once, also
 * where it should stand beside. https://github.com/woocommerce/woocommerce-gateway-stripe/pull/861
 */
function goneOf(charge: Json): number {
  const refunded = integerOf(charge['amount_refunded']);
  const uncaptured =
    charge['captured'] === true ? integerOf(charge['amount']) - integerOf(charge['amount_captured']) : 0;
  return refunded >= uncaptured ? refunded : refunded + uncaptured;
}

/** In the currency of the payment, of what the shopper was asked for. */
export function leftOf(total: number, { charges = [], disputes = [] }: StripePayments): number {
  const gone = charges.reduce((sum, charge) => sum + goneOf(charge), 0);
  return total - gone - disputes.filter(isTaken).reduce((sum, { amount }) => sum + integerOf(amount), 0);
}
