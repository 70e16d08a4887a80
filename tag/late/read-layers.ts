/** Part `page`. Watches the page's data layers. Leaves no trace of a failure in them. */
import { page } from '../page.ts';
import type { Loose } from '../page.ts';
import { guard } from '../say.ts';
import { site } from '../state.ts';
import { wrapMethod } from '../wrap.ts';
import { noticeFound } from './find-orders.ts';
import { readOwn } from './own.ts';

/** Globals that hold orders: every layer by whatever name, Matomo's queue and Segment's library, and what CS-Cart, Tealium and Adobe write. */
const HOLDER = /^dataLayer|DataLayer$|^(_paq|analytics|order_info|utag_data|digitalData)$/;
/** A tag manager's script names its layer. */
const NAMED = /\/gt(m|ag)\b.*[?&]l=(\w+)/;

/** Entries that were heard. */
const met = new WeakSet<object>();
/** The methods that are ours, by layer and name. */
const known: Loose = {};

/** Hears an entry of a layer, once. */
const hear = (name: string, entry: Loose): void => {
  if (met.has(entry)) return;
  met.add(entry);
  noticeFound('layer', entry, name);
};

/** Hears what a method is given from now on. One that a tag manager or the page has replaced is taken anew; true if it was. */
function listen(name: string, method: string, after: (...given: Loose[]) => void): boolean {
  const layer = page[name];
  if (!layer[method]?.call || layer[method] == known[name + method]) return false;
  wrapMethod(layer, method, after);
  known[name + method] = layer[method];
  return true;
}

const readLayer = guard((name: string) => {
  const layer = page[name];
  const hearAll = (...entries: Loose[]) => entries.forEach(guard((entry: Loose) => hear(name, entry)));
  // An array that was replaced is read again, and heard after whoever listened before.
  if (listen(name, 'push', hearAll)) hearAll(...layer);
  // Segment's library takes calls instead of entries once it has come.
  listen(name, 'track', (...given) => hear(name, ['track', ...given]));
  if (layer.push ?? layer.track) return;
  noticeFound('global', layer, name);
});

/** Looks at all layers: those with a usual name, the site's, and those that a tag manager's script names. */
export function readLayers(): void {
  const names = new Set(Object.keys(page).filter((name) => HOLDER.test(name)));
  names.add(site.dataLayer ?? 'dataLayer');
  for (const { src } of readOwn('scripts')) names.add(NAMED.exec(src)?.[2] ?? 'dataLayer');
  names.forEach((name) => readLayer(name));
}
