/** Whether networks may be told of an order: whose answer counts, what no answer means, and what ends it. Pure; asked whenever an order is reckoned. */
import type { Consent } from '../../../wire/consent.ts';

/**
 * - `open`: networks may be told
 * - `waiting`: nobody has answered yet, and no answer is no yes
 * - `denied`: the visitor, or the shop for its customer, said no
 * - `gpc`: the browser sends Global Privacy Control, and nobody said yes
 * - `withdrawn`: the visitor or the customer took a yes back
 * - `erased`: its person was erased, which nothing that is said later undoes
 */
export const GATES = ['open', 'waiting', 'denied', 'gpc', 'withdrawn', 'erased'] as const;
export type ConsentGate = (typeof GATES)[number];

/** What the site's settings say of consent. */
export interface ConsentRules {
  consent: 'wait' | 'granted' | 'auto';
  /** Of a shop's report that states no consent and names no visitor who is known, where the site waits for an answer. */
  shopConsent: 'wait' | 'granted';
  gpc: 'honour' | 'ignore';
}

export interface GateFacts {
  rules: ConsentRules;
  /** The shop's own word on consent. */
  shop?: Consent | undefined;
  /** What the credited browser said with its report of the order, or what its visitor answered since. */
  said?: Consent | undefined;
  /** When `said` was heard; it ends a person's earlier withdrawal. */
  saidAt?: number | undefined;
  /** The visitor has said yes before, with touches that are stored. */
  agreed: boolean;
  /** The shop has spoken, and no visitor of the order is known whose answer could be waited for. */
  visitorless: boolean;
  /** When the order's visitor withdrew consent: such a name never comes back, for its cookie was taken from the browser. */
  visitorWithdrew?: number | undefined;
  /** When the customer withdrew it in whatever browser. */
  personWithdrew?: number | undefined;
}

/** A yes that a visitor gave; the site's own `granted` is nobody's answer. */
export const isStatedYes = (consent: Consent | null | undefined): boolean =>
  consent?.marketing === 'granted' && consent.source !== 'site';

/** A browser that sends Global Privacy Control has said no, unless its visitor said yes. Where the site ignores it, it says nothing. */
export function withSignal(consent: Consent | undefined, sent: boolean, { gpc }: Pick<ConsentRules, 'gpc'>) {
  if (!sent) return consent;
  if (gpc === 'ignore' || isStatedYes(consent) || consent?.marketing === 'denied')
    return consent && { ...consent, gpc: true };
  return { marketing: 'denied', source: 'gpc', gpc: true } satisfies Consent;
}

const isSignal = (consent: Consent | undefined): boolean => consent?.marketing === 'denied' && consent.source === 'gpc';

/** The first of these that holds, in the order of their weight. */
export function decideGate(facts: GateFacts): ConsentGate {
  const { rules, shop, said, saidAt = 0, agreed, visitorless, visitorWithdrew, personWithdrew } = facts;
  const yes = isStatedYes(said);
  if (visitorWithdrew !== undefined) return 'withdrawn';
  if (personWithdrew !== undefined && !(yes && saidAt > personWithdrew)) return 'withdrawn';
  if (shop?.marketing === 'granted') return 'open';
  if (shop?.marketing === 'denied') return 'denied';
  if (said?.marketing === 'denied' && !isSignal(said)) return 'denied';
  if (yes || agreed) return 'open';
  if (isSignal(said) && rules.gpc === 'honour') return 'gpc';
  return withoutAnswer({ rules, said, visitorless });
}

/** Nobody has answered: what the site's settings say of that. */
function withoutAnswer({ rules, said, visitorless }: Pick<GateFacts, 'rules' | 'said' | 'visitorless'>): ConsentGate {
  if (rules.consent === 'wait') return visitorless && rules.shopConsent === 'granted' ? 'open' : 'waiting';
  // The page asks, and its visitor has not answered yet.
  return said?.marketing === 'unknown' ? 'waiting' : 'open';
}

/** Why a report is not made, for a shop owner. */
export const GATE_REASONS: Readonly<Record<Exclude<ConsentGate, 'open'>, string>> = {
  waiting: "waits for its visitor's answer about consent",
  denied: 'the visitor did not consent to marketing',
  gpc: 'the browser sends Global Privacy Control, and the visitor has not said yes',
  withdrawn: 'the visitor withdrew consent',
  erased: 'its person was erased',
};

/** The gate that a report was stopped by, by the reason that it bears. */
export function gateOfReason(reason: string): ConsentGate | undefined {
  if (reason === VISITORLESS_REASON) return 'waiting';
  return GATES.find((gate) => gate !== 'open' && GATE_REASONS[gate] === reason);
}

/** The same of an order whose visitor nobody knows. */
export const VISITORLESS_REASON =
  'waits for consent: the shop states none, and no visitor of the order is known (shopConsent of the site decides)';
