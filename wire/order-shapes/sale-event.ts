/** What the name of a data layer's event says about a sale. Carts and their plugins invent names freely, so words decide, not a list. Pure. */

/** `sale`: the name says so. `none`: the name says that it isn't. `open`: no name, or one that says neither; then the data must say enough. */
export type Verdict = 'sale' | 'none' | 'open';

/** Wherever they stand in a name, these undo, refuse or fail (English first, then the languages of shops that translate their events). */
const UNDONE =
  /refund|cancel|chargeback|declin|reject|abandon|fail|unsuccess|incomplet|invalid|unpaid|storn|erstatt|retour|reembols|rembours|rimbors|annul|anulad|devoluc|zwrot/;
/** As a word of its own, these say a step before or after the sale, or a look at it. */
const STEP =
  /^(returns?|returned|void(ed)?|revers(ed?|al)|expired?|den(y|ied)|errors?|disputed?|not|begin|began|start(ed)?|initiated?|init|attempt(ed)?|intent|view(ed)?|views|click(ed|s)?|button|impressions?|step|progress|options?|pre|post|before|cart|basket|wishlist|removed?|select(ed)?|history|details?|status|review|list|lookup|tracking|shipped|delivered|fulfill?ed|updated?|modified|edited|undo)$/;
/** As a word of its own, these say that somebody bought. */
const SALE =
  /^(purchased?|transactions?|trans|order(ed|s)?|complet(ed?|ion)|confirm(ed|ation)|success(ful)?|placed?|paid|thank|thanks|thankyou|receipt|sale|sold|bought|finish(ed)?)$/;

/** `eec.orderCompleted` → `eec order completed`. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    // A thank-you page is viewed, too.
    .replace(/page[^\p{L}]*view(ed|s)?/gu, '')
    .split(/[^\p{L}]+/u)
    .filter(Boolean);

export function judgeEvent(name: unknown): Verdict {
  if (typeof name !== 'string') return 'open';
  const words = wordsOf(name);
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  if (UNDONE.test(plain) || words.some((word) => STEP.test(word))) return 'none';
  if (words.some((word) => SALE.test(word)) || /purchase$/.test(plain)) return 'sale';
  // A step unless the name says that it was finished.
  return words.some((word) => /^(checkout|payment|shipping|add|added|product|quote|lead|login)$/.test(word))
    ? 'none'
    : 'open';
}

/** A status beside the order: whether it says that no sale came of it. */
export const isUndone = (status: unknown): boolean =>
  typeof status === 'string' &&
  (UNDONE.test(status.toLowerCase()) || /^(returned|void(ed)?|expired|denied|error)$/i.test(status.trim()));
