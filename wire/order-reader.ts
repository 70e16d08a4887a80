/**
 * Orders in what a page said, whatever shape its cart, its plugins and its tag manager gave them. The collector's intake reads by it, and the
 * static file, which has no collector, in the page. Pure; takes anything and throws at nothing.
 */
import { completeOrder } from './complete-order.ts';
import type { FieldProblem } from './complete-order.ts';
import type { Found } from './found.ts';
import { joinSightings } from './join-sightings.ts';
import type { FoundOrder, Sighting } from './join-sightings.ts';
import { readCall, readTrack } from './order-shapes/calls.ts';
import type { CallMemory } from './order-shapes/calls.ts';
import { isFields } from './order-shapes/fields.ts';
import type { Fields, RawOrder } from './order-shapes/fields.ts';
import { adobeOrder, csCartOrder, digitalDataOrder, tealiumOrder } from './order-shapes/globals.ts';
import { readGtag, readPush } from './order-shapes/google.ts';
import type { LayerMemory } from './order-shapes/google.ts';
import { jsonLdOrders } from './order-shapes/json-ld.ts';
import { shopifyOrder } from './order-shapes/shopify.ts';
import { isDeeperThan } from './text/nesting.ts';

export interface FoundContext {
  /** The site's: counts where neither order nor items name one. */
  currency?: string;
}

/** Something that may have been an order and isn't reported as one. */
export interface NotTaken {
  source: string;
  found: Found;
  orderId?: string;
  problems: FieldProblem[];
  /** True for what says of itself that it is no sale (refund, failed payment, step of a checkout): nothing was lost. */
  noSale: boolean;
}

export interface FoundReading {
  orders: FoundOrder[];
  refused: NotTaken[];
}

/** More than any page says. */
const MOST_FOUND = 100;
/** Levels; whoever reads an entry may call itself for each. */
const DEEPEST = 100;

/** `found` in the order in which the page said it: pushes of one layer are read together. */
export function readFound(found: readonly unknown[], context: FoundContext = {}): FoundReading {
  const reader = createReader(context);
  const sightings: Sighting[] = [];
  const refused: NotTaken[] = [];
  for (const one of found.slice(0, MOST_FOUND).filter(isFound)) {
    const { source } = one;
    const entry = openText(one);
    if (entry === undefined) {
      if (source === 'attribute') refused.push(brokenAttribute(one));
      continue;
    }
    for (const raw of reader(entry)) {
      const orderId =
        typeof raw.orderId === 'string' || typeof raw.orderId === 'number'
          ? { orderId: String(raw.orderId).slice(0, 128) }
          : {};
      if (raw.noSale !== undefined) {
        const problems = [{ field: 'event', message: `is no sale: ${raw.noSale}` }];
        refused.push({ source, found: entry, ...orderId, problems, noSale: true });
        continue;
      }
      const completed = completeOrder(raw, context);
      if ('problems' in completed)
        refused.push({ source, found: entry, ...orderId, problems: completed.problems, noSale: false });
      else sightings.push({ source, tracker: raw.tracker, ...completed });
    }
  }
  return { orders: joinSightings(sightings), refused };
}

/** An entry that came as the text of its JSON, opened; undefined where it is none. */
function openText(found: Found): Found | undefined {
  const { data } = found;
  if (typeof data !== 'string') return found;
  try {
    return isDeeperThan(data, DEEPEST) ? undefined : { ...found, data: JSON.parse(data) as unknown };
  } catch {
    return undefined;
  }
}

/** Somebody meant it as an order: a template broke it. */
const brokenAttribute = (found: Found): NotTaken => ({
  source: found.source,
  found,
  problems: [
    {
      field: 'orderId',
      message:
        'can’t be read: what stands in data-clickthread-order is no JSON; write {"orderId": "…", "total": "…", "currency": "…"} with the quotes escaped for the attribute',
    },
  ],
  noSale: false,
});

const isFound = (value: unknown): value is Found => isFields(value) && typeof value.source === 'string';

/** Reads one page: remembers what each of its layers said. */
function createReader(context: FoundContext): (found: Found) => RawOrder[] {
  const layers = new Map<string, LayerMemory & CallMemory>();
  const memoryOf = (name: string): LayerMemory & CallMemory => {
    const known = layers.get(name) ?? { name, ecommerce: {}, flat: {}, buyer: {}, goods: [] };
    layers.set(name, known);
    return known;
  };
  return ({ source, name = '', data }) => {
    switch (source) {
      case 'attribute':
      case 'call':
        return (Array.isArray(data) ? data : [data]).filter(isFields).map((order) => ({ ...order, tracker: source }));
      case 'jsonld':
        return jsonLdOrders(data);
      case 'global':
        return isFields(data) ? readGlobal(name, data, context) : [];
      case 'shopify':
        return isFields(data) ? readEntry(data, memoryOf('shopify')) : [];
      case 'segment':
      case 'track':
        return readSegment(data, name === '' ? source : name);
      case 'layer':
      default:
        return readLayer(data, memoryOf(name));
    }
  };
}

function readGlobal(name: string, data: Fields, context: FoundContext): RawOrder[] {
  if (name === 'order_info') return csCartOrder(data, context.currency);
  if (isFields(data.transaction)) return digitalDataOrder(data);
  return tealiumOrder(data);
}

/** The call's arguments, with `track` before them or without, or an event with its properties. */
function readSegment(data: unknown, name: string): RawOrder[] {
  const given: unknown = argumentsOf(data) ?? data;
  if (Array.isArray(given)) {
    const [event, properties] = (given[0] === 'track' ? given.slice(1) : given) as unknown[];
    return isFields(properties) ? readTrack(event, properties, name) : [];
  }
  if (!isFields(given)) return [];
  return readTrack(given.event, isFields(given.properties) ? given.properties : given, name);
}

/** `arguments` as JSON leaves them: an object of numbered keys. */
function argumentsOf(data: unknown): unknown[] | undefined {
  if (Array.isArray(data)) return data as unknown[];
  if (!isFields(data) || !('0' in data)) return undefined;
  return Array.from({ length: 8 }, (_, at) => data[at]);
}

function readLayer(data: unknown, memory: LayerMemory & CallMemory): RawOrder[] {
  const call = argumentsOf(data);
  // Several entries that were pushed as one list.
  if (call && isFields(call[0])) return call.filter(isFields).flatMap((entry) => readEntry(entry, memory));
  if (call) {
    if (call[0] === 'track' && isFields(call[2])) return readTrack(call[1], call[2], memory.name);
    return [...readGtag(call, memory), ...readCall(call, memory)];
  }
  return isFields(data) ? readEntry(data, memory) : [];
}

function readEntry(entry: Fields, memory: LayerMemory): RawOrder[] {
  const checkout = isFields(entry.checkout) ? entry.checkout : (entry.data as Fields | undefined)?.checkout;
  if (isFields(checkout)) return shopifyOrder(checkout);
  const orders = [...adobeOrder(entry), ...readPush(entry, memory)];
  if (orders.length > 0) return orders;
  // Segment's event pushed into a layer.
  return isFields(entry.properties) ? readTrack(entry.event, entry.properties, memory.name) : [];
}
