/** Step 3 of 5. Whose order it is, where more than one browser named it: the rules of ownership, from the strongest down. Pure. */
import { days, minutes } from '../lib/duration.ts';
import type { Contest, Facts, Observation, OrderWords, ShopWord } from '../model/authority/order-words.ts';
import { hintOf } from '../model/visitor.ts';

/** A report that came this long before the shop's own time of the order was a guess; one with another amount that came this long after it, too. */
const GUESS = minutes(5);
const LONG_AFTER = days(1);
/** Wrong amounts that one address may tell of an order: a page that is read in two steps tells one. */
const MOST_WRONG = 2;

export interface Ownership {
  /** Whose order it is; absent where nobody's, or where that is open. */
  owner?: Observation;
  contest?: Pick<Contest, 'kind' | 'reason'> & { between: Observation[] };
}

export interface OwnershipFacts {
  words: OrderWords;
  /** What a browser's touches would earn, as one text: equal texts are the same credit. */
  creditOf: (one: Observation) => string;
  /** Whether its touches would earn nobody anything that the order does not earn without it: then it claims nothing. */
  earnsNothing: (one: Observation) => boolean;
  /** Whether a counted hand-over joined the two. */
  areJoined: (a: Observation, b: Observation) => boolean;
  /** Whether its visitor and its address named no other order that the shop did not confirm. */
  isClean: (one: Observation) => boolean;
  /** A network was told of the order: what the shop says otherwise becomes a modification. */
  told: boolean;
}

export function ownOrder(facts: OwnershipFacts): Ownership {
  const { words } = facts;
  const { ruling, shop, heard } = words;
  if (ruling) {
    const owner = heard.find(({ id }) => id === ruling.credit);
    return owner ? { owner } : {};
  }
  if (shop?.visitor !== undefined) {
    const named = heard.find(({ visitor }) => visitor !== null && [visitor, hintOf(visitor)].includes(shop.visitor));
    if (named) return { owner: named };
  }
  return hasNamedTotal(shop) ? ownedAfterShop(shop, facts) : ownedBeforeShop(facts);
}

function hasNamedTotal(shop: ShopWord | undefined): shop is ShopWord {
  return shop !== undefined && (shop.whole || (shop.said.total !== undefined && shop.said.currency !== undefined));
}

/** The first one from the site's pages; who carries the shop's signature comes before who doesn't. */
function ownedBeforeShop(facts: OwnershipFacts): Ownership {
  const pool = strongest(facts.words.heard);
  const [owner] = pool;
  if (!owner) return {};
  const others = groupsOf(pool, facts).slice(1);
  const rivals = others.filter(
    (one) =>
      one.said.total !== owner.said.total ||
      one.said.currency !== owner.said.currency ||
      (facts.creditOf(one) !== facts.creditOf(owner) && !facts.earnsNothing(one)),
  );
  if (rivals.length === 0) return { owner };
  const reason = 'another browser named this order with another amount or another credit';
  return { owner, contest: { kind: 'alert', reason, between: [owner, ...rivals] } };
}

function ownedAfterShop(shop: ShopWord, facts: OwnershipFacts): Ownership {
  const pool = strongest(facts.words.heard.filter((one) => !isGuess(one, shop)));
  const groups = groupsOf(pool, facts);
  const [first] = groups;
  if (!first) return {};
  const agreeing = groupsOf(
    pool.filter((one) => agreesWithShop(one, shop)),
    facts,
  );
  const owner = agreeing[0] ?? first;
  const rivals = groups.filter((one) => facts.creditOf(one) !== facts.creditOf(owner) && !facts.earnsNothing(one));
  const isBelieved = agreeing[0] ? !isTried(agreeing[0], pool, shop) : mayDiffer(first, groups, { shop, facts });
  // Whoever told the shop's amount first is believed; and where nobody else claims anything, there is nothing to contest.
  if (isBelieved && (rivals.length === 0 || (agreeing[0] && facts.isClean(agreeing[0])))) return { owner };
  return { contest: { kind: 'hold', reason: reasonOf({ agreeing, isBelieved, groups }), between: groups } };
}

function reasonOf(given: { agreeing: Observation[]; isBelieved: boolean; groups: Observation[] }): string {
  const { agreeing, isBelieved, groups } = given;
  if (agreeing[0])
    return isBelieved
      ? 'several browsers named this order, and the first with the right amount also named orders that the shop did not confirm'
      : 'several amounts were tried from the address of the browser that named the right one';
  return groups.length === 1
    ? 'a browser named this order with another amount than the shop, long after it or among others that the shop did not confirm'
    : 'several browsers named this order, and none of them with the amount that the shop names';
}

/**
 * Whether somebody who told another amount than the shop may own the order all the same: anybody can count order numbers up, so that it must have
 * been there when the order was made, and have named no others.
 */
function mayDiffer(
  first: Observation,
  groups: readonly Observation[],
  { shop, facts }: { shop: ShopWord; facts: OwnershipFacts },
): boolean {
  if (facts.told || groups.every(facts.earnsNothing)) return true;
  return first.at <= shop.firstAt + GUESS && facts.isClean(first);
}

/** Whether the right amount may have been found by trying: its address told too many wrong ones of this order. */
function isTried({ marks: { address } }: Observation, pool: readonly Observation[], shop: ShopWord): boolean {
  if (address === undefined) return false;
  const wrong = pool.filter((one) => one.marks.address === address && !agreesWithShop(one, shop));
  return new Set(wrong.map(({ said }) => said.total)).size > MOST_WRONG;
}

/** Signed reports where there are any; else those from the site's pages where there are any. */
function strongest(heard: readonly Observation[]): Observation[] {
  const signed = heard.filter(({ proof }) => proof !== undefined);
  if (signed.length > 0) return signed;
  const own = heard.filter(({ page }) => page === 'own');
  return own.length > 0 ? own : [...heard];
}

/**
 * A time that the shop states for later than its own report is a slip of its clock, and makes nobody a guesser. Whoever names the order long
 * after it, and by another name than it goes by, looks at it once more, or means another one: names of old orders are numbers of new ones.
 */
export function isGuess(one: Observation, { said, firstAt }: ShopWord): boolean {
  if (one.under !== undefined && one.at > (said.placedAt ?? firstAt) + LONG_AFTER) return true;
  return said.placedAt !== undefined && one.at < Math.min(said.placedAt, firstAt) - GUESS;
}

type AmountSaid = { said: Pick<Facts, 'total' | 'currency' | 'tax' | 'shipping'> };

/** Whether a browser told the shop's amount: in its currency, the total, with or without the tax and the shipping that either of them names. */
export function agreesWithShop({ said }: AmountSaid, shop: Pick<ShopWord, 'said' | 'basis'>): boolean {
  const { total, currency, tax = said.tax ?? 0, shipping = said.shipping ?? 0 } = shop.basis ?? shop.said;
  if (total === undefined || (currency !== undefined && said.currency !== currency)) return false;
  return [total, total - tax, total - shipping, total - tax - shipping].includes(said.total);
}

/** One observation a visitor, first heard first: those whom a counted hand-over joined are one. */
function groupsOf(heard: readonly Observation[], { areJoined }: OwnershipFacts): Observation[] {
  const groups: Observation[][] = [];
  for (const one of heard) {
    const group = groups.find((members) => members.some((member) => areJoined(member, one)));
    if (group) group.push(one);
    else groups.push([one]);
  }
  return groups.map(([first]) => first!);
}
