/** Whose word counts: one table of every field of an order, who may report it, and what their word does to the record. Pure data. */

/** What a record is made of. `amounts`: total, subtotal, discount, shipping, tax. `journey`: whose touches may earn it. `identity`: who the customer is. */
export const FIELDS = [
  'currency',
  'amounts',
  'status',
  'coupons',
  'time',
  'items',
  'customer',
  'contact',
  'consent',
  'journey',
  'identity',
] as const;
export type AuthorityField = (typeof FIELDS)[number];

/**
 * - `shop`: API key, signed message, webhook, synchronization
 * - `proven`: a browser, for the fields that the shop's signature covers, until the shop's next word
 * - `owner`: the visitor that the order is taken to be of; before the shop speaks, whoever reported it first from one of the site's pages
 * - `other`: any further visitor who names the same order
 * - `foreign`: an opaque page (a sandboxed frame), until one of the site's pages or the shop speaks
 */
export const REPORTERS = ['shop', 'proven', 'owner', 'other', 'foreign'] as const;
export type ReporterKind = (typeof REPORTERS)[number];

/** `spoken`: the shop has spoken of this field, in a whole report or in a change that names it. */
export type Phase = 'unspoken' | 'spoken';

/**
 * - `replaces`: this word is the record's
 * - `fills`: it stands as long as nobody of more weight has said anything
 * - `observed`: kept beside the record for the eye, never paid by
 * - `ignored`: not kept at all; the order's story says so where somebody might wonder
 */
export type Effect = 'replaces' | 'fills' | 'observed' | 'ignored';

type Row = Record<ReporterKind, Record<Phase, Effect>>;

const both = (effect: Effect): Record<Phase, Effect> => ({ unspoken: effect, spoken: effect });
const until = (unspoken: Effect, spoken: Effect): Record<Phase, Effect> => ({ unspoken, spoken });

/** The shop owns every fact; browsers say what the sale was, until the shop does. */
const FACT: Row = {
  shop: both('replaces'),
  proven: both('replaces'),
  owner: until('fills', 'observed'),
  other: both('observed'),
  foreign: until('fills', 'observed'),
};

/** What the shop leaves out is taken from the browser that is credited. */
const LEFT_OUT: Row = { ...FACT, owner: both('fills'), foreign: both('fills') };

const AUTHORITY: Record<AuthorityField, Row> = {
  currency: FACT,
  amounts: FACT,
  // Browsers report sales: `pending` that the same visitor calls `approved` later is the one change that they may make.
  status: { ...FACT, owner: until('replaces', 'observed') },
  coupons: FACT,
  time: LEFT_OUT,
  items: LEFT_OUT,
  customer: LEFT_OUT,
  contact: LEFT_OUT,
  // A signed report makes its visitor the owner, and so its answer and its journey count; what the shop itself names stays.
  consent: { ...LEFT_OUT, proven: until('replaces', 'fills') },
  journey: { ...LEFT_OUT, proven: until('replaces', 'fills') },
  // Who the customer is decides whose touches are looked at in later orders: no unconfirmed browser says so.
  identity: {
    shop: both('replaces'),
    proven: both('replaces'),
    owner: both('ignored'),
    other: both('ignored'),
    foreign: both('ignored'),
  },
};

/** What a word of that reporter about that field does. */
export function effectOf(field: AuthorityField, reporter: ReporterKind, phase: Phase): Effect {
  return AUTHORITY[field][reporter][phase];
}

/** Whether a word of that reporter may become the record's. */
export function mayStand(field: AuthorityField, reporter: ReporterKind, phase: Phase): boolean {
  const effect = effectOf(field, reporter, phase);
  return effect === 'replaces' || effect === 'fills';
}
