/**
 * impact.com: the codes of `ErrorReason` in words that a shop owner understands.
 * https://help.impact.com/en/support/solutions/articles/48001235116-impact-com-error-codes-reference (read 2026-11)
 */

/**
 * - `counted`: already there, so it counts
 * - `not-ours`: a normal answer, no partner earned this sale
 * - `program`: a matter of contract or programme settings at impact.com
 * - `fault`: our settings or data; fix, then replay
 */
export type ReasonClass = 'counted' | 'not-ours' | 'program' | 'fault';

export interface ReasonText {
  class: ReasonClass;
  words: string;
}

const reasons: Record<string, ReasonText> = {
  CONV_DUPLICATE: { class: 'counted', words: 'already counted: an action with this order id exists' },

  ACTION_REF_NOT_FOUND: {
    class: 'not-ours',
    words: 'no click or other reference of a partner was found for this sale',
  },
  NO_VALID_ACTION_REF: { class: 'not-ours', words: 'none of the references sent with the sale is valid for a partner' },
  UNCLAIMED: { class: 'not-ours', words: 'no partner has a claim to this sale' },
  OUTSIDE_ASSOCIATION_WINDOW: { class: 'not-ours', words: "the sale came after the click's referral window had ended" },
  OTHER_REF_PRIORITIZED: { class: 'not-ours', words: 'another partner or channel has the better claim to this sale' },
  CREDITING_RULE_MISMATCH: { class: 'not-ours', words: "the programme's crediting rules give this sale to nobody" },
  REFTYPE_NOT_ACCEPTED: { class: 'not-ours', words: 'the contract does not accept this kind of referral' },

  CONTRACT_NOT_FOUND: { class: 'program', words: 'the partner had no active contract when the sale happened' },
  ACTIONTERMS_NOT_FOUND: { class: 'program', words: "the partner's contract has no payout terms for this event type" },
  PARTNER_NOT_ACTIVE: { class: 'program', words: 'the partner is not active in the programme' },
  RESTRICTED_PROMOCODE: { class: 'program', words: 'the promo code is restricted to other partners' },
  BLOCKED_BY_PROMOCODE: { class: 'program', words: 'the promo code used in the order excludes a commission' },
  BLACKLISTED_SOURCE_IP: { class: 'program', words: "the sale's address is on the programme's block list" },
  MAX_RECURRENCES_REACHED: {
    class: 'program',
    words: 'this customer has reached the number of paid actions in the contract',
  },

  CAMPAIGN_NOT_FOUND: { class: 'fault', words: 'the programme (campaign) id is unknown: check campaignId' },
  ACTIONTRACKER_NOT_FOUND: { class: 'fault', words: 'the event type is unknown: check actionTrackerId' },
  ACTIONTRACKER_NOT_ACTIVE: { class: 'fault', words: 'the event type is not active: activate it at impact.com' },
  ACTIONTRACKER_CAMPAIGN_MISMATCH: {
    class: 'fault',
    words: 'the event type belongs to another programme: check campaignId and actionTrackerId',
  },
  MALFORMED: { class: 'fault', words: 'impact.com could not read the report' },
  CONV_MALFORMED: { class: 'fault', words: 'impact.com could not read the report' },
  OID_MISSING: { class: 'fault', words: 'the order id is missing' },
  NO_ITEM: { class: 'fault', words: 'the event type needs items, and the order has none that it accepts' },
};

/** Call-tracking codes share a prefix; codes that nobody has described yet are shown as they are. */
export function reasonText(code: string): ReasonText {
  const known = Object.hasOwn(reasons, code) ? reasons[code] : undefined;
  if (known !== undefined) return known;
  if (code.startsWith('CALL_')) return { class: 'program', words: `call tracking refused it (${code})` };
  return { class: 'fault', words: `a reason that impact.com's documentation does not explain (${code})` };
}

/** `A B` → the two codes, without repeats. Codes come separated by spaces. */
export const splitCodes = (text: string): string[] => [...new Set(text.toUpperCase().match(/[A-Z][A-Z0-9_]+/g) ?? [])];
