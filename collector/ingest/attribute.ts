/** Step 3 of 5. Decides which recorded touch earned an order. Pure: same input, same answer. */
import { couponKey } from '../lib/text/coupon-code.ts';
import type { Order } from '../model/order.ts';
import { pausedReason } from '../model/paused.ts';
import type { Contender, Rules } from '../model/rules.ts';
import type { StoredAttribution } from '../model/stored-order.ts';
import type { TouchKind } from '../model/touch.ts';

/** A touch that may have earned the order, and how it came to be considered. */
export interface Candidate {
  param: string;
  value: string;
  at: number;
  kind: TouchKind;
  url?: string;
  extra?: Record<string, string>;
  /** `visitor`: stored touches of the browser; `order`: click ids sent with the order; `customer`: another browser of the same customer. */
  source: 'visitor' | 'order' | 'customer';
  /** When the collector first heard of it; the time above is what the page or the shop says. */
  heardAt?: number;
}

/** Somebody to be told: the winner, an informed loser, or a programme outside the contest. */
export interface CreditVerdict {
  connection: string;
  credited: boolean;
  candidate: Candidate | null;
  reason: string;
}

export interface Decision {
  attribution: StoredAttribution;
  told: CreditVerdict[];
  /** Losers that are not told, with the reason. */
  suppressed: { connection: string; reason: string }[];
  /** Nobody is credited yet: what those who might be are told waits for a person. */
  open?: string;
}

interface Entry {
  candidate: Candidate;
  contender: Contender | null;
  reason: string;
}

/**
 * Precedence by kind first, then the newest touch inside its connection's window (oldest for `first-touch`).
 * An exclusive coupon overrides the click for its owner; another code only helps where no click earned the order.
 */
export function attributeOrder(input: {
  order: Order;
  /** The moment of the sale: what came after it earned nothing. Absent where the shop itself brought the candidates. */
  until?: number;
  candidates: readonly Candidate[];
  contenders: readonly Contender[];
  rules: Rules;
  now: number;
}): Decision {
  const { order, until, contenders, rules, now } = input;
  // A parameter may belong to several connections: each is considered, the one that is listed first where all else is equal.
  const entries = unique(input.candidates).flatMap((candidate): Entry[] => {
    const takers = contenders.filter(({ clickParams }) => clickParams.includes(candidate.param));
    return (takers.length > 0 ? takers : [null]).map((contender) => ({
      candidate,
      contender,
      reason: whyOut({ candidate, contender, rules, order, until }),
    }));
  });
  standDown(entries, rules);

  const contest = entries.filter(({ reason, contender }) => reason === '' && (contender?.exclusive ?? true));
  const byRank = contest.toSorted((a, b) => compare(a.candidate, b.candidate, rules));
  const coupon = couponOwner(order, contenders, rules);
  const clickWinner = byRank[0] ?? null;
  const couponWins = coupon !== null && (coupon.exclusive || clickWinner?.contender == null);
  const couponClick = couponWins
    ? (byRank.find(({ contender }) => contender?.id === coupon.contender.id) ?? null)
    : null;
  const winner = couponWins ? couponClick : clickWinner;
  const winnerId = couponWins ? coupon.contender.id : (clickWinner?.contender?.id ?? null);

  for (const entry of contest) {
    if (entry !== winner) entry.reason = whyLost(entry, winner, { couponWins, code: coupon?.code, rules });
  }
  if (winner) winner.reason = whyWon(winner, rules, couponWins);

  const told: CreditVerdict[] = [];
  const suppressed: Decision['suppressed'] = [];
  if (winnerId !== null) {
    const reason = couponWins ? `won: the code ${coupon.code} belongs to it` : (winner?.reason ?? '');
    told.push({ connection: winnerId, credited: true, candidate: winner?.candidate ?? null, reason });
  }
  for (const contender of contenders) {
    if (contender.id === winnerId) continue;
    const own = newestOf(entries, contender, rules);
    if (!own) continue;
    if (!contender.exclusive) {
      own.reason = `won outside the contest: newest touch of ${contender.id}, which is not exclusive`;
      told.push({ connection: contender.id, credited: true, candidate: own.candidate, reason: own.reason });
    } else if (winnerId !== null && contender.mode === 'inform' && !contender.cannotBeInformed) {
      told.push({
        connection: contender.id,
        credited: false,
        candidate: own.candidate,
        reason: `informed: ${winnerId} won`,
      });
    } else {
      suppressed.push({
        connection: contender.id,
        reason: `not told: ${winnerId ?? `a ${winner?.candidate.kind ?? 'better'} touch`} won (${own.reason})${whyNotInformed(contender)}`,
      });
    }
  }
  return { attribution: toAttribution({ entries, winner, winnerId, couponWins, rules, now }), told, suppressed };
}

/** The owner asked for it, and it would be paid: it has no field that says so. */
const whyNotInformed = ({ mode, cannotBeInformed }: Contender): string =>
  mode === 'inform' && cannotBeInformed ? `; ${cannotBeInformed} can’t be told that another partner won` : '';

function whyOut(options: {
  candidate: Candidate;
  contender: Contender | null;
  rules: Rules;
  order: Order;
  until: number | undefined;
}): string {
  const { candidate, contender, rules, order, until } = options;
  if (candidate.kind === 'partner' && !contender) return `out: no connection of this site takes ${candidate.param}`;
  if (!rules.precedence.includes(candidate.kind))
    return `out: the site's rules do not credit ${candidate.kind} touches`;
  if (until !== undefined && candidate.at > until) return 'out: it came after the order was placed';
  const window = contender?.window ?? rules.window;
  if (order.placedAt - candidate.at > window) return `out: older than the window of ${describe(window)}`;
  return paysFor(contender, order) ? '' : `out: ${contender!.id} pays for ${contender!.customers} customers alone`;
}

/** Of a customer whom the shop calls neither new nor returning nobody can say that the programme doesn't pay. */
function paysFor(contender: Contender | null, { isNewCustomer }: Order): boolean {
  if (contender?.customers === undefined || isNewCustomer === undefined) return true;
  return isNewCustomer === (contender.customers === 'new');
}

/** A touch on the cart or checkout shortly after an earlier partner touch: toolbars and coupon pages that arrive last. */
function standDown(entries: Entry[], rules: Rules): void {
  const { mode, minutes, paths } = rules.standDown;
  if (mode === 'off') return;
  for (const entry of entries) {
    if (entry.reason !== '' || entry.candidate.kind !== 'partner' || !onPath(entry.candidate.url, paths)) continue;
    const earlier = entries.find(
      (other) =>
        other.candidate !== entry.candidate &&
        other.reason === '' &&
        other.candidate.kind === 'partner' &&
        other.contender?.id !== entry.contender?.id &&
        other.candidate.at <= entry.candidate.at &&
        entry.candidate.at - other.candidate.at <= minutes * 60_000,
    );
    if (!earlier) continue;
    if (mode === 'on')
      entry.reason = `out: stood down, it landed in the checkout within ${minutes} minutes of ${earlier.candidate.param}`;
    else entry.candidate = { ...entry.candidate, extra: { ...entry.candidate.extra, standDown: 'reported' } };
  }
}

function onPath(url: string | undefined, paths: readonly string[]): boolean {
  if (url === undefined || !URL.canParse(url)) return false;
  const path = new URL(url).pathname.toLowerCase();
  return paths.some((start) => path.startsWith(start.toLowerCase()));
}

function compare(a: Candidate, b: Candidate, rules: Rules): number {
  const kind = rules.precedence.indexOf(a.kind) - rules.precedence.indexOf(b.kind);
  if (kind !== 0) return kind;
  const time = rules.model === 'last-touch' ? b.at - a.at : a.at - b.at;
  if (time !== 0) return time;
  // A page may carry one click under two names; the order's own word comes first, then the name, so that replays agree.
  if (a.source !== b.source) return a.source === 'order' ? -1 : 1;
  return byText(a.param, b.param) || byText(a.value, b.value);
}

function couponOwner(
  order: Order,
  contenders: readonly Contender[],
  rules: Rules,
): { code: string; contender: Contender; exclusive: boolean } | null {
  const owned = order.coupons.flatMap((code) => {
    const key = couponKey(code);
    const rule =
      (Object.hasOwn(rules.coupons, code) ? rules.coupons[code] : undefined) ??
      Object.entries(rules.coupons).find(([known]) => couponKey(known) === key)?.[1];
    const contender = rule && contenders.find(({ id }) => id === rule.connection);
    return rule && contender && paysFor(contender, order) ? [{ code, contender, exclusive: rule.exclusive }] : [];
  });
  return owned.find(({ exclusive }) => exclusive) ?? owned[0] ?? null;
}

function newestOf(entries: Entry[], contender: Contender, rules: Rules): Entry | undefined {
  return entries
    .filter((entry) => entry.contender?.id === contender.id && !entry.reason.startsWith('out'))
    .toSorted((a, b) => compare(a.candidate, b.candidate, rules))[0];
}

function whyWon({ candidate, contender }: Entry, rules: Rules, byCoupon: boolean): string {
  const paused = contender?.paused ? `; ${pausedReason(contender.id)}` : '';
  if (byCoupon) return `won: the click of the partner whose code was used${paused}`;
  const which = rules.model === 'last-touch' ? 'newest' : 'oldest';
  const marked = candidate.extra?.standDown ? " (it landed in the checkout right after another partner's touch)" : '';
  return `won: ${which} touch inside ${describe(contender?.window ?? rules.window)}${marked}${paused}`;
}

function whyLost(
  entry: Entry,
  winner: Entry | null,
  why: { couponWins: boolean; code: string | undefined; rules: Rules },
): string {
  if (why.couponWins) return `lost: the code ${why.code ?? ''} belongs to another partner`;
  if (!winner) return 'lost';
  if (entry.candidate.kind !== winner.candidate.kind)
    return `lost: a ${winner.candidate.kind} touch comes before a ${entry.candidate.kind} touch`;
  if (entry.candidate === winner.candidate)
    return `lost: ${winner.contender?.id ?? ''} takes the same click and is listed first`;
  if (entry.candidate.at === winner.candidate.at) return `lost: ${winner.candidate.param} arrived on the same landing`;
  return why.rules.model === 'last-touch' ? 'lost: a newer touch won' : 'lost: an older touch won';
}

const SOURCES: readonly Candidate['source'][] = ['order', 'visitor', 'customer'];

/** The same click seen again (carried by the tag and stored before, say) counts once: the nearest source tells, the others complete. */
function unique(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Map<string, Candidate>();
  for (const candidate of candidates.toSorted(bySource)) {
    const key = `${candidate.param}\n${candidate.value}\n${candidate.at}`;
    seen.set(key, { ...candidate, ...seen.get(key) });
  }
  return [...seen.values()].toSorted((a, b) => a.at - b.at || byText(a.param, b.param) || byText(a.value, b.value));
}

/** Where all else is equal the text decides, so that the order in which touches were read never does. */
function bySource(a: Candidate, b: Candidate): number {
  const told = ({ url, extra }: Candidate): string => JSON.stringify([url ?? null, extra ?? null]);
  return SOURCES.indexOf(a.source) - SOURCES.indexOf(b.source) || byText(told(b), told(a));
}

function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function toAttribution(options: {
  entries: Entry[];
  winner: Entry | null;
  winnerId: string | null;
  couponWins: boolean;
  rules: Rules;
  now: number;
}): StoredAttribution {
  const { entries, winner, winnerId, couponWins, rules, now } = options;
  const click = winner?.candidate;
  return {
    winner:
      winnerId === null
        ? null
        : { connection: winnerId, param: click?.param ?? null, value: click?.value ?? null, at: click?.at ?? null },
    rule: ruleName(winner, couponWins, rules),
    rulesVersion: rules.version,
    decidedAt: now,
    touches: entries.map(({ candidate, contender, reason }) => ({
      param: candidate.param,
      value: candidate.value,
      at: candidate.at,
      kind: candidate.kind,
      connection: contender?.id ?? null,
      reason: reason === '' ? 'considered' : reason,
      source: candidate.source,
      ...(candidate.heardAt === undefined ? {} : { heardAt: candidate.heardAt }),
      ...(candidate.url === undefined ? {} : { url: candidate.url }),
    })),
  };
}

function ruleName(winner: Entry | null, couponWins: boolean, rules: Rules): string {
  if (couponWins) return 'coupon';
  if (!winner) return 'none';
  return winner.candidate.kind === 'partner' ? rules.model : `${winner.candidate.kind}-first`;
}

function describe(ms: number): string {
  const days = ms / 86_400_000;
  return Number.isInteger(days) ? `${days} day${days === 1 ? '' : 's'}` : `${Math.round(ms / 3_600_000)} hours`;
}
