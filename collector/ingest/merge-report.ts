/**
 * Step 4 of 5. Makes the record of an order from everything that was said of it, as the table of authority has it. Pure: the order in which reports
 * came decides nothing here.
 */
import type { Order, Personal } from '../model/order.ts';
import { AMOUNTS, type HeardPersonal } from './hear-report.ts';
import { addsUp } from '../model/amounts/composition.ts';
import { mayStand, type AuthorityField, type Phase, type ReporterKind } from '../model/authority/authority.ts';
import type { Facts, Observation, OrderWords, ShopWord } from '../model/authority/order-words.ts';

export interface Merged {
  order: Order;
  personal: Personal;
  /** What was left out of the record and why, for the order's story. */
  notes: string[];
}

/** Which fields of an order each field of the table speaks of. */
const COVERS: Partial<Record<AuthorityField, readonly (keyof Facts)[]>> = {
  currency: ['currency', 'digits'],
  amounts: AMOUNTS,
  status: ['status'],
  coupons: ['coupons'],
  time: ['placedAt'],
  items: ['items'],
  customer: ['customerId', 'isNewCustomer', 'custom'],
};

/** `owner` is whose order it is taken to be; nobody's where that is open. `told`: a network heard of it. */
export function mergeReport(input: {
  orderId: string;
  words: OrderWords;
  owner: Observation | undefined;
  personal: HeardPersonal;
  told: boolean;
}): Merged {
  const { orderId, words, owner, told } = input;
  const proven = provenBy(words);
  const facts = baseFacts(words.shop, owner ?? words.heard[0]);
  for (const field of Object.keys(COVERS) as AuthorityField[]) {
    for (const key of COVERS[field] ?? []) {
      const speaker = speakerOf({ field, key, words, owner, proven });
      if (speaker === undefined) delete (facts as unknown as Record<string, unknown>)[key];
      else (facts as unknown as Record<string, unknown>)[key] = speaker[key];
    }
  }
  const notes: string[] = [];
  const order: Order = {
    ...withDefaults(facts, words.shop),
    orderId,
    placedAt: timeOf(words, owner, proven),
    personal: {},
  };
  keepWhatAddsUp({ order, words, owner, proven, told, notes });
  return { order, personal: personalOf(input), notes };
}

/** The newest signature that proves anything still. */
export function provenBy(words: OrderWords): Observation | undefined {
  const { shop } = words;
  return words.heard
    .filter(({ proof }) => proof && !proof.spent && (shop === undefined || (proof.at !== null && proof.at > shop.at)))
    .toSorted((a, b) => (b.proof?.at ?? 0) - (a.proof?.at ?? 0))[0];
}

/** Whether the shop has named the amount of the order: in a report, in a change with currency and total, or by a signature. */
export function isConfirmed({ shop, heard }: OrderWords): boolean {
  if (shop?.whole || (shop?.said.total !== undefined && shop.said.currency !== undefined)) return true;
  return heard.some(({ proof }) => proof && covers(proof.fields, ['total', 'currency']));
}

const covers = (fields: readonly string[], names: readonly string[]): boolean =>
  names.every((name) => fields.includes(name));

/** Whether the shop has spoken of a field: a change speaks of those alone that it names. */
export function phaseOf(field: AuthorityField, shop: ShopWord | undefined): Phase {
  if (!shop) return 'unspoken';
  const named = COVERS[field]?.some((key) => shop.said[key] !== undefined) ?? false;
  return shop.whole || (named && field !== 'amounts') ? 'spoken' : 'unspoken';
}

/** Whose value of one field is the record's. */
function speakerOf(given: {
  field: AuthorityField;
  key: keyof Facts;
  words: OrderWords;
  owner: Observation | undefined;
  proven: Observation | undefined;
}): Partial<Facts> | undefined {
  const { field, key, words, owner, proven } = given;
  const { shop } = words;
  const phase = phaseOf(field, shop);
  if (proven?.proof?.fields.includes(key) && mayStand(field, 'proven', phase)) return proven.said;
  if (shop?.said[key] !== undefined && mayStand(field, 'shop', phase)) return shop.said;
  if (key === 'subtotal' && shop?.said.total !== undefined && shop.said.total !== owner?.said.total) return undefined;
  return owner && mayStand(field, kindOf(owner), phase) ? owner.said : undefined;
}

const kindOf = ({ page }: Observation): ReporterKind => (page === 'own' ? 'owner' : 'foreign');

function baseFacts(shop: ShopWord | undefined, first: Observation | undefined): Facts {
  return { ...(first?.said ?? (shop!.said as Facts)), ...shop?.said } as Facts;
}

function withDefaults(facts: Partial<Facts>, shop: ShopWord | undefined): Facts {
  const { total = 0, currency = shop?.said.currency ?? '', ...rest } = facts;
  return {
    ...rest,
    total,
    currency,
    status: rest.status ?? 'approved',
    coupons: rest.coupons ?? [],
    items: rest.items ?? [],
  } as Facts;
}

/** What the shop says; left out by it, when the credited browser was first heard of, else when the shop was. */
function timeOf(words: OrderWords, owner: Observation | undefined, proven: Observation | undefined): number {
  const { shop } = words;
  if (proven?.proof?.fields.includes('placedAt')) return proven.said.placedAt;
  if (shop?.said.placedAt !== undefined) return shop.said.placedAt;
  if (shop?.whole) return Math.min(shop.firstAt, owner?.at ?? shop.firstAt);
  return (owner ?? words.heard[0])?.said.placedAt ?? shop!.firstAt;
}

/** Lines and parts that only a browser told stand beside a proven total where they make it up, to the cent. */
function keepWhatAddsUp(given: {
  order: Order;
  words: OrderWords;
  owner: Observation | undefined;
  proven: Observation | undefined;
  told: boolean;
  notes: string[];
}): void {
  const { order, words, owner, proven, told, notes } = given;
  const { shop } = words;
  const signed = proven?.proof?.fields ?? [];
  const basis = signed.includes('total') ? order : (shop?.basis ?? undefined);
  if (basis === undefined) return;
  const doubtful = (key: keyof Facts): boolean =>
    order[key] !== undefined && !signed.includes(key) && shop?.said[key] === undefined;
  if (signed.includes('total') || !shop?.whole) {
    const parts = (['subtotal', 'discount', 'shipping', 'tax'] as const).filter(doubtful);
    if (parts.length > 0 && !partsAddUp(order)) {
      for (const part of parts) delete order[part];
      notes.push(`${parts.join(', ')} did not add up to the total that the shop named: left out`);
    }
  }
  if (order.items.length === 0 || !doubtful('items')) return;
  // What was told stands until the shop says otherwise: a change of the amount alone takes no lines away.
  if (told && !shop?.whole && !signed.includes('total')) return;
  const proper = { ...basis, currency: basis.currency };
  if (proper.currency === owner?.said.currency && itemsAddUp(order, proper)) return;
  notes.push('the lines that the browser told did not add up to the total that the shop named: left out');
  order.items = [];
}

function partsAddUp(order: Order): boolean {
  const { total, subtotal, discount = 0, shipping = 0, tax = 0, items } = order;
  return subtotal === undefined && items.length === 0 ? discount + shipping + tax <= total : addsUp(order);
}

/** Whether the lines make up the total, by any reading of the discount, shipping and tax that are known beside it. */
export function itemsAddUp(
  { items }: Pick<Order, 'items'>,
  { total, discount, shipping, tax }: Pick<Order, 'total' | 'discount' | 'shipping' | 'tax'>,
): boolean {
  const parts = Object.entries({ discount, shipping, tax }).filter(([, part]) => part !== undefined);
  return addsUp({ items, total, ...(Object.fromEntries(parts) as Partial<Order>) });
}

/** The customer's fields: the shop's, and what it left out from the browser that is credited. */
function personalOf({ words, owner, personal }: Parameters<typeof mergeReport>[0]): Personal {
  const theirs = owner && mayStand('contact', kindOf(owner), phaseOf('contact', words.shop)) ? personal[owner.id] : {};
  const proven = provenBy(words);
  const signed = proven?.proof?.fields.includes('email') ? personal[proven.id]?.email : undefined;
  return { ...theirs, ...personal.shop, ...(signed === undefined ? {} : { email: signed }) };
}
