/**
 * Part `page`. Orders that nobody reports but the page shows. What may be one is cut down to known keys and handed over as it stands; the collector
 * reads it.
 */
import type { Found } from '../../wire/found.ts';
import { KNOWN_KEY, PERSON } from '../../wire/known-key.ts';
import type { Loose } from '../page.ts';
import { unsentOrders } from '../sale.ts';
import { guard } from '../say.ts';
import { site } from '../state.ts';

/** What names an order, or says that one was made, in the JSON of an entry. */
const ORDER =
  /(transaction|order|purchase|confirmation)_?(id|number|no)"|(transaction|purchase|_corder)"|commerceOrder|order[s\W]+"id/i;
const NAMES_ONE = /(id|number)"/i;
/** What completes an order that comes in pieces: its buyer, its currency, its goods. */
const CONTEXT = /(email|currency(code)?|commerce(item)?)"/i;
/** Longer ones are no context, in characters. */
const CONTEXT_LENGTH = 2e3;
/** A report holds the newest ones. */
const REPORTED_ENTRIES = 30;

/** A JSON-safe copy with known keys alone: read field by field, since a data layer may hold cycles, elements and numbers that JSON can't. */
function pick(value: unknown, ...above: unknown[]): unknown {
  if (typeof value == 'bigint') return `${value}`;
  if (typeof value != 'object' || !value) return value;
  const copy: Loose = 'length' in value ? [] : {};
  for (const key in value)
    guard(() => {
      const field = (value as Loose)[key];
      if (PERSON.test(key)) copy[key] = { email: field.email ?? field.billing.email };
      else if (KNOWN_KEY.test(key) && !above.includes(field)) copy[key] = pick(field, field, ...above);
    })();
  return copy;
}

/** What this page said so far. */
const entries: Found[] = [];
/** The same as text, of what may be an order. */
const said = new Set<string>();

/** Keeps what may belong to an order, and reports what may be one. */
export function noticeFound(source: Found['source'], given: unknown, name?: string): void {
  if (site.quiet) return;
  const data = pick(given, given);
  const text = JSON.stringify(data) ?? '';
  const isOrder = ORDER.test(text);
  // Told twice: a layer was copied, a library repeats its queue. What names no order may well mean another one.
  if (said.has(text) && NAMES_ONE.test(text)) return;
  if (isOrder || (CONTEXT.test(text) && !text[CONTEXT_LENGTH])) entries.push({ source, name, data });
  if (!isOrder) return;
  said.add(text);
  // Each report holds what came before, so that one which still waits for consent is replaced.
  const waiting = unsentOrders.findIndex(([, order]) => order.found?.[0].source == entries[0]!.source);
  if (waiting >= 0) unsentOrders.splice(waiting, 1);
  const reported = entries.slice(-REPORTED_ENTRIES);
  // One entry alone is named as the first part names it, which has reported it.
  unsentOrders.push([reported.map((entry) => JSON.stringify(entry.data)).join(''), { found: reported }]);
  site.changed?.();
}
