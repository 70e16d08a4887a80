/** Step 3 of 5. Whose order it is, where more than one browser named it: the rules of ownership, from the strongest down. Pure. */
import { minutes } from '../lib/duration.ts';
import type { Contest, Observation, OrderWords, ShopWord } from '../model/authority/order-words.ts';
import { hintOf } from '../model/visitor.ts';

/** A report that came this long before the shop's own time of the order was a guess. */
const GUESS = minutes(5);

export interface Ownership {
  /** Whose order it is; absent where nobody's, or where that is open. */
  owner?: Observation;
  contest?: Pick<Contest, 'kind' | 'reason'> & { between: Observation[] };
}

export interface OwnershipFacts {
  words: OrderWords;
  /** What a browser's touches would earn, as one text: equal texts are the same credit. */
  creditOf: (one: Observation) => string;
  /** Whether its touches would earn nobody anything: then it claims nothing. */
  earnsNothing: (one: Observation) => boolean;
  /** Whether a counted hand-over joined the two. */
  areJoined: (a: Observation, b: Observation) => boolean;
  /** Whether its visitor and its address named no other order that the shop did not confirm. */
  isClean: (one: Observation) => boolean;
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
    pool.filter((one) => agrees(one, shop)),
    facts,
  );
  const owner = agreeing[0] ?? first;
  const rivals = groups.filter((one) => facts.creditOf(one) !== facts.creditOf(owner) && !facts.earnsNothing(one));
  // Whoever told the shop's amount first is believed; and where nobody else claims anything, there is nothing to contest.
  if (rivals.length === 0 || (agreeing[0] && facts.isClean(agreeing[0]))) return { owner };
  const reason = agreeing[0]
    ? 'several browsers named this order, and the first with the right amount also named orders that the shop did not confirm'
    : 'several browsers named this order, and none of them with the amount that the shop names';
  return { contest: { kind: 'hold', reason, between: groups } };
}

/** Signed reports where there are any; else those from the site's pages where there are any. */
function strongest(heard: readonly Observation[]): Observation[] {
  const signed = heard.filter(({ proof }) => proof !== undefined);
  if (signed.length > 0) return signed;
  const own = heard.filter(({ page }) => page === 'own');
  return own.length > 0 ? own : [...heard];
}

/** A time that the shop states for later than its own report is a slip of its clock, and makes nobody a guesser. */
export function isGuess(one: Observation, { said, firstAt }: ShopWord): boolean {
  return said.placedAt !== undefined && one.at < Math.min(said.placedAt, firstAt) - GUESS;
}

/** Whether a browser told the shop's amount: in its currency, the total or the total less tax, shipping or both. */
export function agrees({ said }: Observation, shop: ShopWord): boolean {
  const { total, currency, tax = 0, shipping = 0 } = shop.basis ?? shop.said;
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
