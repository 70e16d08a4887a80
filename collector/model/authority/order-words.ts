/** What was said of an order and by whom: the shop's word and what browsers said, from which record and credit are made anew at every report. */
import type { Consent } from '../../../wire/consent.ts';
import type { Order } from '../order.ts';
import type { Touch } from '../touch.ts';

/** The facts of an order without its number and without what is personal. */
export type Facts = Omit<Order, 'orderId' | 'personal'>;

/** A click as an order carries it. */
export type CarriedTouch = Pick<Touch, 'param' | 'value' | 'at' | 'kind' | 'url' | 'extra'> & {
  /** It came beside the order without a time of its own: it counts as touched at the order's time, whatever that turns out to be; `at` says nothing then. */
  atOrder?: true;
  /** A network's cookie held it without saying since when: it counts, as at the order's time, only where nothing else is known of the visitor. */
  undated?: true;
};

/** What the shop itself said, its newest word for each field. */
export interface ShopWord {
  /** When it first spoke, by our clock. */
  firstAt: number;
  /** When it last spoke. */
  at: number;
  /** When it last changed the order, by the shop's own clock, where it says so: what it said before that is not heard any more. */
  changedAt?: number;
  /** When it last reported the order as a whole, by its own clock. */
  wholeAt?: number;
  /** The same of fields that it has changed since. */
  fieldsAt?: Readonly<Record<string, number>>;
  /** Keyed hash of its last report of the whole order: the same message again says nothing new. */
  report?: string;
  /** It reported the order as a whole; otherwise it only changed the fields that `said` names. */
  whole: boolean;
  said: Partial<Facts>;
  /** The amounts that it named first: lines that a browser told must add up to them. */
  basis?: Pick<Facts, 'total' | 'currency' | 'discount' | 'shipping' | 'tax'>;
  consent?: Consent;
  /** Click ids and touches that came with its report: they alone are weighed. */
  carried?: CarriedTouch[];
  /** The visitor whom its report named, outright or by the journey's token. */
  visitor?: string;
}

/** The shop's signature in a browser's report. */
export interface Proof {
  /** Names of order fields that it covers. */
  fields: readonly string[];
  /** When the shop signed, or when that was first heard where its clock runs ahead; null where the signature doesn't say. */
  at: number | null;
  /** The time that it states, where that had not come yet. */
  stated?: number;
  /** The shop had spoken since: it tells whose page it was, and proves no field any more. */
  spent?: true;
}

/** What one browser said of the order. */
export interface Observation {
  /** The visitor, or a name made from the report itself where it came without one. */
  id: string;
  visitor: string | null;
  /** Whether the report came from one of the site's pages. */
  page: 'own' | 'foreign';
  /** When it was first heard. */
  at: number;
  /** Which of the page's trackers it was found at; absent where the page itself reported it. */
  found?: readonly string[];
  said: Facts;
  /** Fields that it said outright. */
  given: readonly string[];
  /** Clicks that came with the report and are stored nowhere else. */
  carried: CarriedTouch[];
  consent?: Consent;
  proof?: Proof;
  /** Keys of the customer whom the shop signed in in this browser. */
  signedKeys?: string[];
  /** The other name of the order by which it was first reported. */
  under?: string;
  /** Keyed hashes by which further orders of the same visitor and of the same network address are counted. */
  marks: Readonly<Partial<Record<'visitor' | 'address' | 'click', string>>>;
  /** Its lines were too long to be kept beside the record. */
  cut?: true;
}

/** A person's decision of a contested order. */
export interface Ruling {
  /** Id of the observation that is credited; null for nobody. */
  credit: string | null;
  at: number;
  by: string;
}

export interface OrderWords {
  shop?: ShopWord;
  /** First heard first; bounded, see `hear`. */
  heard: Observation[];
  /** Browsers that are no longer listed, because more came than are kept. */
  dropped?: number;
  ruling?: Ruling;
  /** What its visitor answered after it was reported, and when that was heard. */
  answer?: { consent: Consent; at: number };
  /** What the credit was decided on: with a conversion told, nothing less opens the decision again. */
  decidedOn?: string;
  /** Id of the observation that is credited. */
  owner?: string;
  /** Number of the order that this one turned out to be, of the same page or by the shop's word: nobody is told (any more) of it under its own. */
  sameAs?: string;
  /** Recorded before words were kept, or erased since: the credit stands as it was decided. */
  frozen?: true;
}

/** Two or more browsers lay claim to the order, and no rule says which one earned it. */
export interface Contest {
  since: number;
  /** `hold`: nobody is credited until it is decided. `alert`: the first was told; a person may decide otherwise. */
  kind: 'hold' | 'alert';
  /** Ids of the observations in question, first heard first. */
  between: string[];
  reason: string;
}

/** Observations kept of one order. */
export const MOST_HEARD = 12;
/** The first ones are never pushed out by later ones. */
const FIRST_KEPT = 4;
/** Bytes of lines that are kept of a browser that is not the first. */
const LARGEST_ITEMS = 4096;
/** Clicks kept of a report that came without a visitor, newest first. */
export const MOST_CARRIED = 50;

/** Adds an observation within the bounds. A signed one is never pushed out by unsigned ones. */
export function addObservation(words: OrderWords, fresh: Observation): OrderWords {
  const isFirst = words.heard.length === 0;
  const tooLong = !isFirst && fresh.proof === undefined && JSON.stringify(fresh.said.items).length > LARGEST_ITEMS;
  const kept: Observation = tooLong ? { ...fresh, said: { ...fresh.said, items: [] }, cut: true } : fresh;
  const heard = [...words.heard, kept];
  if (heard.length <= MOST_HEARD) return { ...words, heard };
  heard.splice(expendableOf(heard, words.owner), 1);
  return { ...words, heard, dropped: (words.dropped ?? 0) + 1 };
}

/**
 * Which one goes: never the owner nor a signed one. Of the network address that named the order most often the oldest after its first, so that
 * whoever counts numbers up pushes out nobody but themselves; where every address is heard once, the oldest after the first few.
 */
function expendableOf(heard: readonly Observation[], owner: string | undefined): number {
  const byAddress = new Map<string | undefined, number[]>();
  for (const [index, { id, proof, marks }] of heard.entries()) {
    if (proof === undefined && id !== owner)
      byAddress.set(marks.address, [...(byAddress.get(marks.address) ?? []), index]);
  }
  const [most = []] = [...byAddress.values()].toSorted((a, b) => b.length - a.length);
  if (most.length > FIRST_KEPT) return most[FIRST_KEPT]!;
  if (most.length > 1) return most[1]!;
  const later = heard.findIndex(({ id, proof }, index) => index >= FIRST_KEPT && proof === undefined && id !== owner);
  return later < 0 ? FIRST_KEPT : later;
}

/** The words as they are stored. What a single browser said is the record itself, and is not written twice. */
export function packWords(words: OrderWords, { orderId: _key, personal: _apart, ...record }: Order): string {
  const [only, ...more] = words.heard;
  if (words.shop || !only || more.length > 0 || JSON.stringify(only.said) !== JSON.stringify(record))
    return JSON.stringify(words);
  const { said: _record, ...rest } = only;
  return JSON.stringify({ ...words, heard: [rest] });
}

export function unpackWords(text: string, { orderId: _key, personal: _apart, ...record }: Order): OrderWords {
  const words = JSON.parse(text) as OrderWords;
  return { ...words, heard: words.heard.map((one) => ({ ...one, said: (one.said as Facts | undefined) ?? record })) };
}

/** The words of a row that was stored without them: the record as its reporter's word. */
export function wordsOfRecord(record: {
  order: Order;
  shopConfirmed: boolean;
  visitor: string | null;
  consent: Consent | null;
  receivedAt: number;
  updatedAt: number;
  touches: readonly CarriedTouch[];
  credited: boolean;
}): OrderWords {
  const { order, shopConfirmed, visitor, consent, receivedAt, updatedAt, touches, credited } = record;
  const { orderId: _key, personal: _apart, ...said } = order;
  const observation: Observation = {
    id: visitor ?? 'unnamed',
    visitor,
    page: 'own',
    at: receivedAt,
    said,
    given: Object.keys(said),
    carried: [...touches],
    marks: {},
    ...(consent ? { consent } : {}),
  };
  if (!shopConfirmed) return { heard: [observation], owner: observation.id };
  const shop: ShopWord = { firstAt: receivedAt, at: updatedAt, whole: true, said };
  return {
    shop: { ...shop, ...(consent ? { consent } : {}) },
    heard: [observation],
    owner: observation.id,
    ...(credited ? { frozen: true } : {}),
  };
}
