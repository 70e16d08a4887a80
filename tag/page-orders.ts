/** Late part. Orders that nobody reports but the page shows: in its data layer, in an attribute, in CS-Cart's global. */
import { readAmount } from './amount.ts';
import { watchLayer } from './layer.ts';
import { fromFields, readEntry, tidy } from './order.ts';
import type { Loose } from './order.ts';
import { guard, say } from './say.ts';
import { readConsentCommand, readSignals } from './signals.ts';
import { site } from './state.ts';

/** Takes an order only with an order id and a readable total, because nobody would hear of its refusal. */
const takeFound = (order: Loose): void => {
  if (order.orderId != null && readAmount(order.total)) site.call('conversion', tidy(order));
  else say('skipped', 'incomplete order', order);
};

let wrapped: unknown;
let started = false;

/**
 * Reads the data layer from now on, what it holds already included, and the page's consent signals for a site that asks for them. Once
 * more when the page has loaded: a container may have replaced the array or its `push`, and a consent platform may have come.
 */
export function watch(): void {
  if (!started) addEventListener('load', watch);
  started = true;
  if (site.consent === 'auto') guard(readSignals)();
  const name = site.dataLayer ?? 'dataLayer';
  const layer = (globalThis as Loose)[name];
  if (layer?.push === wrapped) return;
  watchLayer((entry) => {
    if (entry[0] === 'consent') {
      if (site.consent === 'auto') readConsentCommand(entry[1], entry[2]);
    } else if (site.detect !== false) readEntry(entry).forEach(takeFound);
  });
  wrapped = (globalThis as Loose)[name].push;
}

const read = new Set<unknown>();
const once = (what: unknown): unknown => what && !read.has(what) && read.add(what);

/** Orders that stand in the document, and the one in CS-Cart's global. */
export function scanOrders(): void {
  document.querySelectorAll('[data-clickthread-order]').forEach((element) => {
    const text = element.getAttribute('data-clickthread-order') ?? '';
    if (once(text))
      [].concat(guard(JSON.parse)(text) ?? []).forEach((order: Loose) => site.call('conversion', tidy(order)));
  });
  // Its total is in the shop's primary currency while it names the one that was displayed (contracts/order-detection.md, E.2).
  const { order_info: info } = globalThis as Loose;
  if (site.detect !== false && once(info?.transaction_id))
    takeFound(fromFields(info, info.items, site.currency ?? info.currency));
}
