/** Names under which the tag keeps anything: cookies, storage, and the parameter in links. */

/** The journey: cookie, its copy in storage, and the hand-over parameter in links. */
export { NAME as JOURNEY } from '../wire/journey.ts';
/** Storage: what the name of an order begins with that was sent; the rest is a hash. Holds when. */
export const SENT = '_ct_o';
/** An answer that was given by hand: when it was granted, or `0` for a refusal where consent is assumed. */
export const ANSWER = '_ct_c';
/** Set by the collector beside its own `_ct_v`, which no script reads: there was a visitor. */
export const HINT = '_ct_h';
/** Asks which domain takes cookies. */
export const PROBE = '_ct_p';
/** Storage: what begins the name of an order, before that name, until the collector has answered. */
export const QUEUE = '_ct_q';
/** Storage: a withdrawal that the collector has not been told of yet. */
export const UNTOLD = '_ct_w';
/** Storage: a hash of the sign-in that the collector was told of last. */
export const TIED = '_ct_i';
/** Storage: when the collector was last asked for a lost journey. */
export const ASKED = '_ct_t';
