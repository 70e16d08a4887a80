/** Step 4 of 5. Adds one report to what was said of an order: the shop's newest word, or what one browser said. Pure. */
import type { OrderCommand } from '../intake/command.ts';
import { sameJson, sortFields } from '../lib/text/same-json.ts';
import type { OrderStatus, Personal } from '../model/order.ts';
import { mayStand } from '../model/authority/authority.ts';
import {
  addObservation,
  MOST_CARRIED,
  type CarriedTouch,
  type Facts,
  type Observation,
  type OrderWords,
  type Proof,
  type ShopWord,
} from '../model/authority/order-words.ts';
import { overtakenFields, timesOfChange, timesOfReport, wholeAt } from '../model/authority/word-times.ts';
import { namesNobody } from '../model/authority/names-nobody.ts';
import type { OrderPatch } from '../intake/validate-patch.ts';
import { fullnessOf, PAGE_GRACE } from './join-page.ts';

/** Personal fields by who said them: `shop`, or the id of an observation. Sealed beside the order. */
export type HeardPersonal = Record<string, Personal>;

export interface Heard {
  words: OrderWords;
  personal: HeardPersonal;
  /** What was ignored and why, for the order's story and for the answer. */
  notes: string[];
  /** Whether it said anything that was not known. */
  news: boolean;
}

export const AMOUNTS = ['total', 'subtotal', 'discount', 'shipping', 'tax'] as const;

const OLDER = 'an older word of the shop than the one that stands: not heard';

const ONLY_SALES = 'browsers report sales; cancelling and refunding is the word of the shop';

/** The shop reports the order, or reports it again: what it says now stands; what it leaves out the second time stays as it was said. */
export function hearShop(given: {
  words: OrderWords;
  personal: HeardPersonal;
  command: OrderCommand;
  kept: Personal;
  now: number;
  /** Changes came before anybody reported the order: `words` are theirs alone. */
  ahead?: boolean;
  /** Makes a short name of a report. */
  nameOf: (report: string) => string;
}): Heard {
  const { words, command, kept, now, ahead = false } = given;
  const old = words.shop;
  const { changedAt } = command;
  if (old?.whole && changedAt !== undefined && changedAt < (wholeAt(old) ?? -Infinity))
    return { words, personal: given.personal, notes: [OLDER], news: false };
  const facts = factsOf(command);
  const fresh = saidOutright(command, facts);
  const report = given.nameOf(reportText(command, fresh));
  // A message that was sent twice is no newer word than the changes between the two.
  if (old?.whole && old.report === report) return { words, personal: given.personal, notes: [], news: false };
  // A refund by amount that came ahead of its sale is taken off it; a report that states another status is the newer word altogether.
  const isAhead =
    ahead &&
    (fresh.status === undefined || fresh.status === (old?.said.status ?? 'approved')) &&
    (old?.said.currency ?? facts.currency) === facts.currency;
  // A change that was made after this report stands, and the report tells the rest.
  const late = overtakenFields(old, { ...facts, ...old?.said }, changedAt);
  const isLate = ([field]: [string, unknown]): boolean => isAhead || late.has(field as keyof Facts);
  const standing = Object.fromEntries(Object.entries(old?.said ?? {}).filter(isLate)) as Partial<Facts>;
  const said: Partial<Facts> = { ...old?.said, ...fresh, ...standing };
  const isOtherSum = old?.said.total !== facts.total || old.said.currency !== facts.currency;
  if (isOtherSum && !('total' in standing)) {
    // Parts of another sum are no parts of this one.
    for (const field of AMOUNTS) if (facts[field] === undefined) delete said[field];
  }
  said.status ??= 'approved';
  said.coupons ??= [];
  const carried = plainTouches([...clicksOf(command), ...command.touches]);
  const { total, currency, discount, shipping, tax } = isAhead ? facts : (said as Facts);
  const basis = withoutUndefined({ total, currency, discount, shipping, tax });
  const shop: ShopWord = {
    ...old,
    firstAt: old?.firstAt ?? now,
    at: now,
    ...timesOfReport(old, changedAt),
    whole: true,
    report,
    said,
    basis: isAhead ? basis : (old?.basis ?? basis),
    ...(command.consent ? { consent: command.consent } : {}),
    ...(carried.length > 0 ? { carried } : {}),
    ...(command.visitor === undefined ? {} : { visitor: command.visitor }),
  };
  const personal = { ...given.personal, ...nonEmpty('shop', { ...given.personal.shop, ...kept }) };
  const news =
    old?.whole !== true ||
    !sameJson({ ...shop, at: 0 }, { ...old, at: 0 }) ||
    !sameJson(personal.shop, given.personal.shop);
  return { words: { ...words, shop: news ? shop : old }, personal, notes: [], news };
}

/** What makes a report the same message: all that it said, and no time that was filled in. */
function reportText({ valid, touches, visitor, consent, changedAt }: OrderCommand, said: Partial<Facts>): string {
  const { personal } = valid.order;
  const clicks = [...valid.clicks, ...touches].map(plainClick);
  return JSON.stringify(
    sortFields({ said, personal, clicks, clickedAt: valid.clickedAt, visitor, consent, changedAt }),
  );
}

/** The shop changes the fields that it names, and no other. `after` is the order as the change leaves it. */
export function hearChange(given: { words: OrderWords; patch: OrderPatch; after: Partial<Facts>; now: number }): {
  words: OrderWords;
  overtaken: ReadonlySet<string>;
} {
  const { words, now } = given;
  const { changedAt } = given.patch;
  const overtaken = overtakenFields(words.shop, given.after, changedAt);
  const heard = Object.entries(given.after).filter(([field]) => !overtaken.has(field as keyof Facts));
  if (heard.length === 0) return { words, overtaken };
  const after = Object.fromEntries(heard) as Partial<Facts>;
  const said: Partial<Facts> = { ...words.shop?.said, ...after };
  if (after.total !== undefined && after.total !== words.shop?.said.total && !('subtotal' in given.patch.amounts))
    delete said.subtotal;
  const { total, currency, discount, shipping, tax } = said;
  const basis =
    words.shop?.basis ??
    (total !== undefined && currency !== undefined
      ? withoutUndefined({ total, currency, discount, shipping, tax })
      : undefined);
  const shop: ShopWord = {
    ...words.shop,
    firstAt: words.shop?.firstAt ?? now,
    at: now,
    ...timesOfChange(words.shop, Object.keys(after), changedAt),
    whole: words.shop?.whole ?? false,
    said,
    ...(basis ? { basis } : {}),
  };
  return { words: { ...words, shop }, overtaken };
}

/** A browser reports the order: its first word is kept; later it may add what is missing, and call a pending sale approved. */
export function hearBrowser(given: {
  words: OrderWords;
  personal: HeardPersonal;
  command: OrderCommand;
  kept: Personal;
  now: number;
  /** Makes a short name of a report that came without a visitor. */
  nameOf: (report: string) => string;
  marks: Observation['marks'];
  /** Keys of the customer whom the shop signed in in this browser. */
  signedKeys: readonly string[];
}): Heard {
  const { words, command, kept, now } = given;
  const notes: string[] = [];
  const { facts, undone } = salesOnly(factsOf(command));
  if (undone) notes.push(`a browser called it ${undone}: ignored, ${ONLY_SALES}`);
  const page = command.page ?? 'own';
  const anonymous = command.visitor === undefined;
  const own = words.heard.find((one) => one.id === command.visitor);
  // Of who said no, nothing is stored beside the order.
  const isApart = !anonymous && command.consent?.marketing !== 'denied';
  const held = (command.undated ?? []).map((click) => ({ ...click, kind: 'partner', at: 0, undated: true }) as const);
  const carried = plainTouches([...held, ...clicksOf(command), ...(isApart ? [] : command.touches)]);
  const id = command.visitor ?? `r:${given.nameOf(JSON.stringify([page, facts, carried.map(plainClick)]))}`;
  const known = own ?? words.heard.find((one) => one.id === id);
  const proof = proofOf({ words, command, known, now, notes });
  const outright = Object.keys(saidOutright(command, facts));
  if (!known) {
    const fresh: Observation = {
      id,
      visitor: command.visitor ?? null,
      page,
      at: now,
      ...(command.found ? { found: command.found } : {}),
      said: facts,
      given: outright,
      carried,
      marks: given.marks,
      ...(command.consent ? { consent: command.consent } : {}),
      ...(proof ? { proof } : {}),
      ...(given.signedKeys.length > 0 ? { signedKeys: [...given.signedKeys] } : {}),
      ...(command.under === undefined ? {} : { under: command.under }),
    };
    const personal = { ...given.personal, ...nonEmpty(id, kept) };
    const next = addObservation(words, fresh);
    for (const name of Object.keys(personal))
      if (name !== 'shop' && !next.heard.some((one) => one.id === name)) delete personal[name];
    return { words: next, personal, notes, news: true };
  }
  const replaces = words.shop === undefined && isFuller(known, { command, facts, now });
  const said = replaces ? facts : completed({ known, facts, outright, proof, undone: undone !== undefined });
  const { found, ...rest } = known;
  const next: Observation = {
    ...rest,
    ...(found && command.found ? { found: [...new Set([...found, ...command.found])] } : {}),
    // Once heard from one of the site's pages, a visitor is one of its visitors.
    page: known.page === 'own' ? 'own' : page,
    said,
    given: [...new Set([...known.given, ...outright])],
    carried: joined(known.carried, carried),
    ...answered(known, command),
    ...(proof ? { proof } : {}),
    ...(given.signedKeys.length > 0 ? { signedKeys: [...given.signedKeys] } : {}),
  };
  const personal = { ...given.personal, ...nonEmpty(id, { ...kept, ...given.personal[id] }) };
  const news = !sameJson(next, known) || !sameJson(personal[id], given.personal[id]);
  const heard = words.heard.map((one) => (one.id === id ? next : one));
  return { words: news ? { ...words, heard } : words, personal, notes, news };
}

/** What was found in a page is displaced, as a whole, by the page's own call and by a fuller report, until the page had its time. */
function isFuller(known: Observation, given: { command: OrderCommand; facts: Facts; now: number }): boolean {
  const { command, facts, now } = given;
  if (!known.found || now - known.at > PAGE_GRACE) return false;
  return !command.found || fullnessOf(facts) > fullnessOf(known.said);
}

/** Gaps are filled and nothing else changes, but for what the shop signed and for a sale that was pending. */
function completed(given: {
  known: Observation;
  facts: Facts;
  outright: readonly string[];
  proof: Proof | undefined;
  undone: boolean;
}): Facts {
  const { known, facts, outright, proof, undone } = given;
  const old = known.said;
  const filled = { ...withoutUndefined(facts), ...withoutUndefined(old) } as Facts;
  const said: Facts = {
    ...filled,
    items: old.items.length > 0 ? old.items : facts.items,
    coupons: old.coupons.length > 0 ? old.coupons : facts.coupons,
    placedAt: !known.given.includes('placedAt') && outright.includes('placedAt') ? facts.placedAt : old.placedAt,
    status: old.status === 'pending' && !undone && mayStand('status', 'owner', 'unspoken') ? facts.status : old.status,
  };
  if (proof && !proof.spent) for (const field of proof.fields) copyField(said, facts, field);
  return said;
}

/** No answer is no answer, and neither is a browser's signal: the first one that is one stands, and a "no" is never taken back by the page that said it. */
function answered(known: Observation, { consent }: OrderCommand): Pick<Observation, 'consent'> {
  const { marketing, source } = known.consent ?? {};
  const open = marketing === undefined || marketing === 'unknown' || source === 'site' || source === 'gpc';
  if (consent === undefined || (!open && consent.marketing !== 'denied')) return {};
  return { consent };
}

/** What a signature in this report proves now, or that it is spent. */
function proofOf(given: {
  words: OrderWords;
  command: OrderCommand;
  known: Observation | undefined;
  now: number;
  notes: string[];
}): Proof | undefined {
  const { words, command, known, notes } = given;
  if (!command.proof) return undefined;
  const proof = asFirstStated(command.proof, words);
  const { shop } = words;
  const repeated = known?.proof !== undefined && sameJson({ ...known.proof, spent: undefined }, proof);
  if (repeated) return known.proof;
  const others = words.heard.filter((one) => one.proof !== undefined);
  const late =
    proof.at === null
      ? shop !== undefined || others.length > 0
      : (shop !== undefined && proof.at <= shop.at) || others.some((one) => isNewer(one.proof!, proof));
  if (!late) return proof;
  notes.push(
    shop === undefined
      ? 'its signature proves nothing more: the shop signed this order before'
      : 'its signature proves nothing more: the shop has spoken since',
  );
  return { ...proof, spent: true };
}

/** Of two that a clock made which runs ahead, the one that it states later, whichever was heard first. */
const isNewer = (one: Proof, proof: Proof): boolean =>
  one.stated === undefined ? (one.at ?? 0) > (proof.at ?? 0) : one.stated > (proof.stated ?? proof.at ?? 0);

/** A signature of a clock that runs ahead is as old as when it was first heard, however often its page is opened again. */
function asFirstStated(proof: Proof, { heard }: OrderWords): Proof {
  const stated = proof.stated ?? proof.at;
  if (stated === null) return proof;
  const known = heard.flatMap(({ proof: one }) =>
    one && (one.stated ?? one.at) === stated && sameJson(one.fields, proof.fields) ? [one] : [],
  );
  const [first] = known.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0));
  if (!first) return proof;
  const { at, stated: ahead } = first;
  return { fields: proof.fields, at, ...(ahead === undefined ? {} : { stated: ahead }) };
}

function factsOf({ valid }: OrderCommand): Facts {
  const { orderId: _key, personal: _apart, ...facts } = valid.order;
  // A word that stands for no customer is told to nobody as one.
  if (facts.customerId !== undefined && namesNobody(facts.customerId)) delete facts.customerId;
  return withoutUndefined(facts) as Facts;
}

/** What undoes a sale is no word of a browser; one that begins so waits for the shop to approve it. */
function salesOnly(facts: Facts): { facts: Facts; undone?: OrderStatus } {
  if (facts.status !== 'cancelled' && facts.status !== 'refunded') return { facts };
  return { facts: { ...facts, status: 'pending' }, undone: facts.status };
}

/** Fields that the report itself carried: what was filled in by default says nothing. */
function saidOutright({ valid }: OrderCommand, facts: Facts): Partial<Facts> {
  const { given } = valid;
  const said: Partial<Facts> = { ...facts };
  if (!given.status) delete said.status;
  if (!given.items) delete said.items;
  if (!given.placedAt) delete said.placedAt;
  if (facts.coupons.length === 0 && given.coupons !== true) delete said.coupons;
  return said;
}

/** A click id beside the order counts as touched at the order's time unless it has one of its own. */
function clicksOf({ valid }: OrderCommand): CarriedTouch[] {
  const { clicks, clickedAt } = valid;
  const time = clickedAt === undefined ? { at: 0, atOrder: true as const } : { at: clickedAt };
  return clicks.map(({ param, value }) => ({ param, value, kind: 'partner', ...time }));
}

function plainTouches(touches: readonly CarriedTouch[]): CarriedTouch[] {
  const plain = touches.map(({ param, value, at, kind, url, extra, atOrder, undated }) =>
    withoutUndefined({ param, value, at, kind, url, extra, atOrder, undated }),
  ) as CarriedTouch[];
  return plain.toSorted((a, b) => timeOf(a) - timeOf(b)).slice(-MOST_CARRIED);
}

/** What came beside the order is as new as the order. */
const timeOf = ({ at, atOrder }: CarriedTouch): number => (atOrder ? Infinity : at);

const plainClick = ({ param, value }: Pick<CarriedTouch, 'param' | 'value'>): string => `${param}=${value}`;

function joined(old: readonly CarriedTouch[], fresh: readonly CarriedTouch[]): CarriedTouch[] {
  const added = fresh.filter((click) => !old.some((one) => plainClick(one) === plainClick(click)));
  return [...old, ...added].toSorted((a, b) => timeOf(a) - timeOf(b)).slice(-MOST_CARRIED);
}

function copyField(to: Facts, from: Facts, field: string): void {
  if (!(field in from)) return;
  (to as unknown as Record<string, unknown>)[field] = (from as unknown as Record<string, unknown>)[field];
}

function nonEmpty(name: string, personal: Personal): HeardPersonal {
  return Object.keys(personal).length === 0 ? {} : { [name]: personal };
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;
}
