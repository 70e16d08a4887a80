/** Step 4 of 5. Makes record, credit and deliveries of an order from what was said of it, after every report, change and ruling. */
import type { Site } from '../configuration/sites.ts';
import { sameJson } from '../lib/text/same-json.ts';
import { newId } from '../lib/id.ts';
import { withComposition } from '../model/amounts/composition.ts';
import { gateOfReason } from '../model/authority/consent-gate.ts';
import type { Delivery } from '../model/delivery.ts';
import type { Contest, Observation, OrderWords } from '../model/authority/order-words.ts';
import type { Order, Personal } from '../model/order.ts';
import type { Reporter } from '../model/report.ts';
import type { StoredOrder } from '../model/stored-order.ts';
import type { Decision } from './attribute.ts';
import { decideCredit, presentDecision } from './decide.ts';
import { followTie, type Judged, judgeOrder } from './consent/judge-order.ts';
import { type Draft, identityKeys, orderKey, personNames, recordOrderChanges, tieVisitor } from './draft.ts';
import type { HeardPersonal } from './hear-report.ts';
import { isConfirmed, mergeReport, provenBy } from './merge-report.ts';
import type { Ownership } from './own-order.ts';
import { type OrderDeliveries, planChanges, planConversions } from './plan-deliveries.ts';
import { isTakenBack, planRetelling } from './repair/retell.ts';
import { signalsOf } from './watch/watch-order.ts';

export interface ReckonInput {
  site: Site;
  orderId: string;
  words: OrderWords;
  personal: HeardPersonal;
  existing: StoredOrder | undefined;
  /** Who reported it first. */
  reporter: Reporter;
  batch: Draft;
  /** Amounts and lines that the shop stated anew, of an order that it had stated before. */
  named?: ReadonlySet<string>;
  /** The shop's reason for a change. */
  reason?: string;
  /** Whom the shop's report names, see `personNames`. */
  persons?: readonly string[];
}

export interface Reckoned {
  stored: StoredOrder;
  /** Opened personal fields of the record. */
  personal: Personal;
  deliveries: readonly Delivery[];
  changed: Delivery[];
  notes: string[];
  /** Record, credit or reports became different. */
  news: boolean;
  /** What became different, for the order's story. */
  text: string;
}

export function reckonOrder(input: ReckonInput): Reckoned {
  const { site, orderId, existing, batch, personal: heard } = input;
  const deliveries = batch.known.deliveries.get(orderKey(site.config.id, orderId)) ?? [];
  const told = deliveries.some(hasLeft);
  const customer = customerOf(input.words, heard);
  const customerKeys = customer ? identityKeys(customer, batch.seal) : [];
  const { decision, ownership, contest } = decideAgain({ input, told, customerKeys });
  const { owner } = ownership;
  const words: OrderWords = {
    ...input.words,
    decidedOn: creditWords(input.words),
    ...(owner ? { owner: owner.id } : {}),
  };
  if (!owner) delete words.owner;
  const merged = mergeReport({ orderId, words, owner, personal: heard, told });
  const judged = judge({ input, words, owner, merged });
  const stored = storeRecord({ input, words, owner, merged, decision, contest, judged });
  stored.signals = signalsOf({ stored, owner, site, batch });
  const { visitorless } = judged;
  const planned = planReports({ input, stored, personal: merged.personal, deliveries, decision, visitorless });
  const { existing: life, changed } = planned;
  stored.stopped = [...deliveries.filter(({ id }) => !changed.some((one) => one.id === id)), ...changed].some(
    ({ state, reason }) => (state === 'waiting' || state === 'skipped') && gateOfReason(reason) !== undefined,
  );
  const { personal } = merged;
  // Of those whom the shop names the hashes are keys as they are, but for the customer's id, which is one already.
  const named = (input.persons ?? []).filter((name) => !name.startsWith('c:'));
  tieCustomer({ stored, words, owner, contest, customerKeys: [...new Set([...customerKeys, ...named])], batch });
  const text = whatChanged(existing, stored);
  const news = existing === undefined || text !== '' || changed.length > 0;
  return {
    stored,
    personal,
    deliveries: life,
    changed,
    notes: merged.notes,
    news,
    text: text || 'completed',
  };
}

/** A network was told of the sale, or is being told: what it knows of stands until a word of weight says otherwise. */
export function hasLeft({ kind, state, attempts }: Delivery): boolean {
  return kind === 'conversion' && state !== 'skipped' && (attempts > 0 || state === 'sending');
}

/** Saves what was reckoned. Words that changed nothing but what is kept for the eye are saved, too. */
export function saveReckoned({ stored, changed }: Pick<Reckoned, 'stored' | 'changed'>, batch: Draft): void {
  recordOrderChanges(stored, changed, batch);
}

/** A decision stands once a network was told on its strength: only the shop's word on the credit, or a person, opens it again. */
function decideAgain(given: { input: ReckonInput; told: boolean; customerKeys: readonly string[] }): {
  decision: Decision;
  ownership: Ownership;
  contest: Contest | null;
} {
  const { input, told, customerKeys } = given;
  const { words, existing, site } = input;
  const credited = existing !== undefined && existing.attribution.winner !== null;
  const key = creditWords(words);
  const before = existing
    ? (existing.words.decidedOn ?? (existing.words.frozen ? creditWords(existing.words) : ''))
    : '';
  const stands = credited && (told || words.frozen === true) && key === before;
  const owner = words.heard.find(({ id }) => id === existing?.words.owner);
  const present = (): Decision => presentDecision(existing!, site);
  const { decision, ownership } = decideCredit({ ...input, customerKeys, told });
  if (stands) {
    return { decision: present(), ownership: owner ? { owner } : {}, contest: alertOf(ownership, input) };
  }
  // What was told on a browser's word is taken back for somebody else, for the shop's own word or by a person, and not for a doubt.
  if (credited && told && words.ruling === undefined && decision.attribution.winner === null) {
    const reason =
      ownership.contest?.reason ?? "a network was told on a browser's word that the shop's report does not bear out";
    const between = ownership.contest?.between ?? (owner ? [owner] : []);
    const contest = contestOf({ contest: { kind: 'alert', reason, between } }, input);
    return { decision: present(), ownership: owner ? { owner } : {}, contest };
  }
  return { decision, ownership, contest: contestOf(ownership, input) };
}

/** What was told stands meanwhile: a contest asks a person, and holds nothing. */
function alertOf({ contest }: Ownership, input: ReckonInput): Contest | null {
  if (input.words.ruling) return null;
  if (contest) return contestOf({ contest: { ...contest, kind: 'alert' } }, input);
  return input.existing?.contest ?? null;
}

function contestOf({ contest }: Ownership, { existing, site, words, batch }: ReckonInput): Contest | null {
  if (!contest) return null;
  // Where the shop releases, nothing is told before it has spoken: until then there is nothing to decide.
  if (contest.kind === 'alert' && site.config.release === 'shop' && !isConfirmed(words)) return null;
  const { kind, reason, between } = contest;
  return { since: existing?.contest?.since ?? batch.now, kind, reason, between: between.map(({ id }) => id) };
}

/** The words that a credit hangs on: a decision that was told is opened by these alone. */
function creditWords({ shop, ruling }: OrderWords): string {
  const named = shop && { carried: shop.carried, visitor: shop.visitor, coupons: shop.said.coupons };
  return JSON.stringify([shop !== undefined && isNamed(shop), named ?? null, ruling ?? null]);
}

const isNamed = ({ whole, said }: NonNullable<OrderWords['shop']>): boolean => whole || said.total !== undefined;

function storeRecord(given: {
  input: ReckonInput;
  words: OrderWords;
  owner: Observation | undefined;
  merged: { order: Order; personal: Personal };
  decision: Decision;
  contest: Contest | null;
  judged: Judged;
}): StoredOrder {
  const { input, words, owner, merged, decision, contest, judged } = given;
  const { existing, batch, site, personal: heard } = input;
  const { seal, now } = batch;
  const known = existing ? openSealed<Personal>(existing.personal, batch) : {};
  const said = existing ? openSealed<HeardPersonal>(existing.heardPersonal, batch) : {};
  const sealed = (value: object): Buffer | null =>
    Object.keys(value).length === 0 ? null : seal.seal(JSON.stringify(value));
  const { email } = merged.personal;
  const emailHash = email === undefined ? null : (identityKeys({ personal: { email } }, seal)[0]?.slice(2) ?? null);
  return {
    site: site.config.id,
    order: withComposition(merged.order, existing?.order, input.named),
    reporter: existing?.reporter ?? input.reporter,
    shopConfirmed: (existing?.shopConfirmed ?? false) || isConfirmed(words),
    visitor: owner?.visitor ?? words.shop?.visitor ?? null,
    emailHash,
    consent: judged.consent,
    receivedAt: existing?.receivedAt ?? now,
    updatedAt: now,
    personal: existing && sameJson(known, merged.personal) ? existing.personal : sealed(merged.personal),
    attribution: decision.attribution,
    words,
    heardPersonal: existing && sameJson(said, heard) ? existing.heardPersonal : sealed(heard),
    contest,
    signals: existing?.signals ?? [],
    gate: judged.gate,
    stopped: false,
    subjects: judged.subjects,
  };
}

export function openSealed<T extends object>(sealed: Buffer | null, { seal }: Pick<Draft, 'seal'>): T {
  return (sealed ? JSON.parse(seal.open(sealed)) : {}) as T;
}

/** Who said what of the customer; of an order that was stored before this was kept, its reporter said all of it. */
export function heardPersonalOf(existing: StoredOrder, batch: Draft): HeardPersonal {
  if (existing.heardPersonal !== null) return openSealed<HeardPersonal>(existing.heardPersonal, batch);
  const known = openSealed<Personal>(existing.personal, batch);
  if (Object.keys(known).length === 0) return {};
  const [first] = existing.words.heard;
  return { [existing.words.shop?.whole || !first ? 'shop' : first.id]: known };
}

/** What consent says of the record: its visitor, and its customer by every name that the shop or the record has. */
function judge(given: {
  input: ReckonInput;
  words: OrderWords;
  owner: Observation | undefined;
  merged: { order: Order; personal: Personal };
}): Judged {
  const { input, words, owner, merged } = given;
  const { site, batch, existing, persons = [] } = input;
  if (existing?.gate === 'erased') return { gate: 'erased', consent: null, subjects: [], visitorless: false };
  const { order, personal } = merged;
  const named = personNames({ ...order, personal }, batch.seal);
  const before = (existing?.subjects ?? []).filter((name) => /^[cep]:/.test(name));
  return judgeOrder({
    ...{ site, words, owner, batch },
    persons: [...new Set([...before, ...persons, ...named])],
    borneOut: isBorneOut({ order, words, owner }),
  });
}

function planReports(given: {
  input: ReckonInput;
  stored: StoredOrder;
  personal: Personal;
  deliveries: readonly Delivery[];
  decision: Decision;
  visitorless: boolean;
}): { existing: readonly Delivery[]; changed: Delivery[] } {
  const { input, stored, personal, deliveries, decision, visitorless } = given;
  const { site, batch, existing, reason } = input;
  const life: OrderDeliveries = {
    site,
    stored,
    personal,
    visitorless,
    existing: deliveries,
    now: batch.now,
    newId: () => newId(batch.now),
  };
  const conversions = planConversions(life, decision);
  if (!existing) return { existing: deliveries, changed: conversions };
  const retold = planRetelling(life, { before: existing.order, decision });
  const chainOf = (id: string): Delivery[] => deliveries.filter(({ connection }) => connection === id);
  const rest = deliveries.filter(
    ({ connection }) => !retold.some((one) => one.connection === connection) && !isTakenBack(chainOf(connection)),
  );
  const changes = planChanges({ ...life, existing: rest }, existing.order, reason);
  return { existing: deliveries, changed: [...conversions, ...retold, ...changes] };
}

/** The customer as the shop names it, outright or by its signature. */
function customerOf(words: OrderWords, heard: HeardPersonal): Pick<Order, 'customerId' | 'personal'> | undefined {
  const proven = provenBy(words);
  const signed = proven?.proof?.fields ?? [];
  const customerId =
    words.shop?.said.customerId ?? (signed.includes('customerId') ? proven?.said.customerId : undefined);
  const email = heard.shop?.email ?? (proven && signed.includes('email') ? heard[proven.id]?.email : undefined);
  if (customerId === undefined && email === undefined) return undefined;
  return { ...(customerId === undefined ? {} : { customerId }), personal: email === undefined ? {} : { email } };
}

/** Remembers which browser a customer used: the shop confirmed the order, names the customer, and the browser told its amount. */
function tieCustomer(given: {
  stored: StoredOrder;
  words: OrderWords;
  owner: Observation | undefined;
  contest: Contest | null;
  customerKeys: readonly string[];
  batch: Draft;
}): void {
  const { stored, words, owner, contest, customerKeys, batch } = given;
  const visitor = words.shop?.visitor ?? owner?.visitor ?? undefined;
  if (visitor === undefined || contest !== null || !stored.shopConfirmed) return;
  if (!isBorneOut({ order: stored.order, words, owner })) return;
  tieVisitor({ site: stored.site, visitor, keys: customerKeys }, batch);
  if (stored.gate === 'withdrawn') followTie({ site: stored.site, visitor, keys: customerKeys }, batch);
}

/** The shop names the visitor, or the credited browser told the order's amount. */
function isBorneOut(given: { order: Order; words: OrderWords; owner: Observation | undefined }): boolean {
  const { order, words, owner } = given;
  const { shop } = words;
  return (
    shop?.visitor !== undefined ||
    owner?.proof !== undefined ||
    (owner?.said.total === order.total && owner.said.currency === order.currency) ||
    (owner !== undefined && shop !== undefined && agreesInNet(owner, order))
  );
}

function agreesInNet({ said }: Observation, { total, currency, tax = 0, shipping = 0 }: Order): boolean {
  return said.currency === currency && [total - tax, total - shipping, total - tax - shipping].includes(said.total);
}

function whatChanged(before: StoredOrder | undefined, after: StoredOrder): string {
  if (!before) return 'reported';
  const record = ({ order }: StoredOrder): unknown => ({ ...order, personal: undefined });
  const news = [
    ...(sameJson(record(before), record(after)) ? [] : ['changed']),
    ...(before.personal === after.personal && sameJson(before.consent, after.consent) ? [] : ['completed']),
    ...(before.shopConfirmed === after.shopConfirmed ? [] : ['confirmed']),
    ...(sameJson(before.attribution.winner, after.attribution.winner) || before.attribution.rule === 'none'
      ? []
      : ['credited anew']),
    ...(after.contest && before.contest?.kind !== after.contest.kind ? ['contested'] : []),
  ];
  return news.join(' and ');
}
