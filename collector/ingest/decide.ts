/** Step 3 of 5. Who earned an order: gathers what each claimant brings, asks whose order it is, and lets `attribute` decide. */
import type { Site } from '../configuration/sites.ts';
import { days, minutes } from '../lib/duration.ts';
import { idTime } from '../lib/id.ts';
import { mayStand } from '../model/authority/authority.ts';
import type { CarriedTouch, Observation, OrderWords } from '../model/authority/order-words.ts';
import { cookielessVisitor } from '../model/visitor.ts';
import type { StoredOrder } from '../model/stored-order.ts';
import type { Touch } from '../model/touch.ts';
import { attributeOrder, type Candidate, type Decision } from './attribute.ts';
import { type Draft, orderKey } from './draft.ts';
import type { HeardPersonal } from './hear-report.ts';
import { mergeReport, phaseOf, provenBy } from './merge-report.ts';
import { isGuess, type Ownership, ownOrder } from './own-order.ts';

/** Touches that a decision considers, newest first. */
export const MOST_CONSIDERED = 100;
/** Shops' clocks are not ours: a click up to five minutes after the order's time is taken for earlier. */
const CLOCK_SKEW = minutes(5);
/** A page's or shop's time that lies further before the report than any time zone is not a slip. */
const LATE_REPORT = days(1);

export interface DecideInput {
  orderId: string;
  words: OrderWords;
  personal: HeardPersonal;
  site: Site;
  batch: Draft;
  /** Keys under which the shop tied further visitors to this customer. */
  customerKeys: readonly string[];
  told: boolean;
}

export interface Decided {
  decision: Decision;
  ownership: Ownership;
}

/** Whose order it is and what that earns. Contested, it earns nobody anything until a person decides. */
export function decideCredit(input: DecideInput): Decided {
  const { words, site, batch, orderId } = input;
  const credits = new Map<string, Decision>();
  const creditOf = (one: Observation | undefined): Decision => {
    const key = one?.id ?? '';
    const known = credits.get(key);
    if (known) return known;
    const fresh = decideFor(one, input);
    credits.set(key, fresh);
    return fresh;
  };
  const ownership = ownOrder({
    words,
    creditOf: (one) => creditText(creditOf(one)),
    earnsNothing: (one) => [creditText(creditOf(undefined)), '[]'].includes(creditText(creditOf(one))),
    told: input.told,
    areJoined: (a, b) => areJoined(a, b, { site, batch }),
    isClean: ({ marks }) =>
      [marks.visitor, marks.address].every((mark) => {
        if (mark === undefined) return true;
        const seen = batch.known.sightings.get(orderKey(site.config.id, mark));
        return (seen?.unconfirmed ?? []).every((other) => other === orderId);
      }),
  });
  const { contest, owner } = ownership;
  if (contest?.kind !== 'hold')
    return { decision: nobodyByRuling(words, owner) ? noCredit(input) : creditOf(owner), ownership };
  return { decision: openDecision(contest.between.map(creditOf), contest.reason), ownership };
}

/** A person credited nobody, or the one who was credited is no longer known. The shop's own clicks count all the same. */
function nobodyByRuling({ ruling, shop }: OrderWords, owner: Observation | undefined): boolean {
  return ruling !== undefined && owner === undefined && (shop?.carried?.length ?? 0) === 0;
}

function noCredit(input: DecideInput): Decision {
  const decision = decideFor(undefined, { ...input, customerKeys: [] });
  return { ...decision, told: [], attribution: { ...decision.attribution, winner: null, rule: 'ruling' } };
}

/** What the order earns if it is this browser's. */
function decideFor(owner: Observation | undefined, input: DecideInput): Decision {
  const { orderId, words, personal, site, batch, told } = input;
  const { order } = mergeReport({ orderId, words, owner, personal, told });
  const { candidates, until } = candidatesOf(owner, input, order.placedAt);
  const newest = candidates.toSorted((a, b) => b.at - a.at);
  const considered = newest.slice(0, MOST_CONSIDERED);
  const decision = attributeOrder({
    order: { ...order, coupons: countedCoupons(order.coupons, words, site) },
    ...(until === undefined ? {} : { until }),
    candidates: considered,
    contenders: site.contenders,
    rules: site.rules,
    now: batch.now,
  });
  const leftOut = newest.length - considered.length;
  if (until !== undefined) decision.attribution.until = until;
  if (leftOut > 0) decision.attribution.leftOut = leftOut;
  return decision;
}

/** The click ids or the journey of the shop's report; else the touches of one visitor, and of those whom the shop tied to the customer. */
function candidatesOf(
  owner: Observation | undefined,
  { words, site, batch, customerKeys }: DecideInput,
  placedAt: number,
): { candidates: Candidate[]; until?: number } {
  const { shop } = words;
  const touchesOf = (visitor: string): readonly Touch[] =>
    batch.known.touches.get(orderKey(site.config.id, visitor)) ?? [];
  const timed = (touch: CarriedTouch): CarriedTouch => (touch.atOrder ? { ...touch, at: placedAt } : touch);
  const carried = (shop?.carried ?? []).map((touch) => candidateOf(timed(touch), 'order'));
  if (shop && (carried.length > 0 || shop.visitor !== undefined)) {
    const limit = (shop.said.placedAt ?? shop.firstAt) + CLOCK_SKEW;
    // The journey's token names a visitor without a cookie as its page does.
    const named = shop.visitor === undefined ? [] : [shop.visitor, cookielessVisitor(shop.visitor)];
    const stored = named.flatMap(touchesOf).filter(({ at }) => at <= limit);
    return {
      candidates: [...carried, ...stored.map((touch) => candidateOf(touch, 'visitor'))],
      until: surelyAfter(words),
    };
  }
  const until = momentOfSale(owner, words, batch.now);
  const own = owner?.visitor == null ? [] : touchesOf(owner.visitor);
  const bring = (touch: CarriedTouch): Candidate => {
    const { at, ...rest } = timed(touch);
    return candidateOf({ ...rest, at: touch.atOrder ? Math.min(at, until) : at, heardAt: owner!.at }, 'order');
  };
  const brought = (owner?.carried ?? []).filter(({ undated }) => !undated).map(bring);
  const keys = [...customerKeys, ...(owner?.signedKeys ?? [])];
  const tied = new Set(keys.flatMap((key) => batch.known.identities.get(orderKey(site.config.id, key)) ?? []));
  const others = [...tied]
    .filter((visitor) => visitor !== owner?.visitor)
    .flatMap(touchesOf)
    // Heard of after the order, a touch earns only if the order's own visitor brings it.
    .filter((touch) => (heardAt(touch) ?? touch.at) <= until);
  const candidates = [
    ...brought,
    ...own.map((touch) => candidateOf({ ...touch, ...heard(touch) }, 'visitor')),
    ...others.map((touch) => candidateOf({ ...touch, ...heard(touch) }, 'customer')),
  ];
  if (candidates.length > 0) return { candidates, until };
  const held = (owner?.carried ?? []).filter(({ undated }) => undated);
  return { candidates: held.map((touch) => bring({ ...touch, atOrder: true })), until };
}

/**
 * Of what the shop brings itself only a click after the order was known here, too, is surely none that earned it: it reports the order once
 * more and with it what the customer clicked meanwhile. Its own two times may have been read in different zones.
 */
const surelyAfter = ({ heard, shop }: OrderWords): number =>
  Math.max(shop?.said.placedAt ?? 0, Math.min(shop?.firstAt ?? Infinity, ...heard.map(({ at }) => at))) + CLOCK_SKEW;

/**
 * What was clicked after the order was placed, or first reported, earned nothing. A browser that reports before the shop is there at the
 * moment of the sale, and better evidence than a time that a shop may have read in the wrong zone; one that reports after it is not.
 */
function momentOfSale(owner: Observation | undefined, words: OrderWords, now: number): number {
  const { shop } = words;
  const stated = shop?.said.placedAt;
  if (!owner) return shop ? (stated ?? shop.firstAt) + CLOCK_SKEW : now;
  if (shop && shop.firstAt < owner.at) return Math.min(owner.at, (stated ?? shop.firstAt) + CLOCK_SKEW);
  const placedAt = stated ?? owner.said.placedAt;
  const reported = owner.at - placedAt > LATE_REPORT ? placedAt + CLOCK_SKEW : owner.at;
  return Math.min(reported, firstOfSameSale(owner, words) + CLOCK_SKEW);
}

/** When the same sale was first reported from one of the site's pages: opened again elsewhere, its page brings no later click. */
function firstOfSameSale(owner: Observation, { heard, shop }: OrderWords): number {
  const same = heard.filter(
    (one) =>
      one.page === 'own' &&
      one.said.total === owner.said.total &&
      one.said.currency === owner.said.currency &&
      !(shop && isGuess(one, shop)),
  );
  return Math.min(owner.at, ...same.map(({ at }) => at));
}

/** Coupons are a fact of the order: a browser's count only until the shop speaks, and never where the shop releases. */
function countedCoupons(coupons: string[], words: OrderWords, site: Site): string[] {
  const { shop } = words;
  if (shop?.said.coupons !== undefined || provenBy(words)?.proof?.fields.includes('coupons')) return coupons;
  const counts = site.config.release !== 'shop' && mayStand('coupons', 'owner', phaseOf('coupons', shop));
  return counts ? coupons : [];
}

function areJoined(a: Observation, b: Observation, { site, batch }: Pick<DecideInput, 'site' | 'batch'>): boolean {
  if (a.visitor === null || b.visitor === null) return a.id === b.id;
  const reached = (from: string): readonly string[] =>
    batch.known.identities.get(orderKey(site.config.id, joinKey(from))) ?? [];
  return a.visitor === b.visitor || reached(a.visitor).includes(b.visitor) || reached(b.visitor).includes(a.visitor);
}

/** The key under which the visitors stand whom a counted hand-over joined to one. */
export const joinKey = (visitor: string): string => `j:${visitor}`;

/** Two claims that read the same lead to the same reports: there is nothing to contest. */
function creditText({ told }: Decision): string {
  const credits = told.map(({ connection, credited, candidate }) => [
    ...[connection, credited, candidate?.param ?? null, candidate?.value ?? null],
  ]);
  return JSON.stringify(credits.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}

/** Every report that might have to be made, held until a person has decided. */
function openDecision(claims: readonly Decision[], reason: string): Decision {
  const [first] = claims;
  const told = claims.flatMap((claim) => claim.told);
  return {
    attribution: {
      ...first!.attribution,
      winner: null,
      rule: 'contested',
      touches: claims
        .flatMap(({ attribution }) => attribution.touches)
        .map((touch) => ({ ...touch, reason: touch.reason.replace(/^won: .*/, 'open: the order is contested') }))
        .slice(0, MOST_CONSIDERED),
    },
    told: told.filter(({ connection }, index) => told.findIndex((one) => one.connection === connection) === index),
    suppressed: [],
    open: reason,
  };
}

type Weighed = (CarriedTouch | Touch) & { heardAt?: number };

function candidateOf(touch: Weighed, source: Candidate['source']): Candidate {
  const { param, value, at, kind, url, extra, heardAt: heardFirst } = touch;
  return {
    param,
    value,
    at,
    kind,
    source,
    ...(url === undefined ? {} : { url }),
    ...(extra === undefined ? {} : { extra }),
    ...(heardFirst === undefined ? {} : { heardAt: heardFirst }),
  };
}

/** A touch's id tells when it was written. */
const heardAt = ({ id }: Touch): number | undefined => idTime(id);

function heard(touch: Touch): { heardAt?: number } {
  const at = heardAt(touch);
  return at === undefined ? {} : { heardAt: at };
}

function earlierCandidates({ attribution }: StoredOrder): Candidate[] {
  return attribution.touches.map(({ param, value, at, kind, url, source }) => ({
    param,
    value,
    at,
    kind: kind as Candidate['kind'],
    source: source as Candidate['source'],
    ...(url === undefined ? {} : { url }),
  }));
}

/** The stored decision as one that deliveries can be planned from. */
export function presentDecision(stored: StoredOrder, site: Site): Decision {
  const { until } = stored.attribution;
  const decision = attributeOrder({
    order: stored.order,
    ...(until === undefined ? {} : { until }),
    candidates: earlierCandidates(stored),
    contenders: site.contenders,
    rules: site.rules,
    now: stored.attribution.decidedAt,
  });
  const { winner } = stored.attribution;
  const agrees = decision.attribution.winner?.connection === winner?.connection;
  if (agrees || !winner) return { ...decision, attribution: stored.attribution, ...(winner ? {} : { told: [] }) };
  // The rules changed since: what was decided then is what is told.
  const candidate = earlierCandidates(stored).find(
    ({ param, value, at }) => param === winner.param && value === winner.value && at === winner.at,
  );
  const told = [
    {
      connection: winner.connection,
      credited: true,
      candidate: candidate ?? null,
      reason: 'decided before the rules changed',
    },
  ];
  return { attribution: stored.attribution, told, suppressed: [] };
}
