/**
 * Orders that stand in the page's data layer or in an attribute. Handed over at once, as they stand and cut down to known keys: a thank-you
 * page may leave before anything else has come. The collector reads them. What is rarer is found by the part `page`.
 */
import { MAY_BE_ORDER, ORDER_KEY } from '../wire/found.ts';
import type { Found } from '../wire/found.ts';
import { later } from './later.ts';
import { page } from './page.ts';
import type { Loose } from './page.ts';
import { takeOrder } from './sale.ts';
import { guard } from './say.ts';
import { site } from './state.ts';
import { wrapMethod } from './wrap.ts';

/** Reports what may be an order, as the text that it is: one that is no JSON is told, too, for somebody has meant it. */
const report = (source: Found['source'], data: string): void => takeOrder(data, { found: [{ source, data }] });

/** The method that listens. */
let heard: unknown;

/**
 * Reads the site's data layer, for entries get there in other ways than by its method, too; listens to it, and anew where the layer or its method was
 * replaced. A shop's own first line takes the one that is made here.
 */
export const noticeOrders = guard(() => {
  const name = site.dataLayer ?? 'dataLayer';
  const layer: Loose[] = (page[name] = page[name] ?? []);
  const notice = (...entries: Loose[]) =>
    entries.forEach(
      guard((entry: Loose) => {
        const text = JSON.stringify(entry, (key, value: unknown) => (ORDER_KEY.test(key) ? value : undefined));
        if (MAY_BE_ORDER.test(text)) report('layer', text);
      }),
    );
  if (layer.push != heard) wrapMethod(layer, 'push', notice);
  heard = layer.push;
  notice(...layer);
});

/** Whether the page wants the linker: something on it leads to a linked host, or somebody is about to use what no look at the document finds. */
export let isLeading = false;

/** From now on it does. */
const startLeading = (): void => {
  isLeading = true;
  site.changed?.();
};

/** Reads the document, and from then on what is added to it: a page may leave in the next moment. */
export const watchElements = (changed: () => void): void => {
  // What leads to a linked host, whatever stands around its name. No `<link>` leads anywhere.
  const leading = `${site.linked?.map((host) => `:not(link)[href*="${host}"i],[action*="${host}"i],[formaction*="${host}"i]`)}`;
  const lead = (element: Element) => !isLeading && element.closest?.(leading) && startLeading();
  /** Reads a node and what stands in it: an order in an attribute is reported, what wants filling is for the part `page`. */
  const readElements = guard(
    (part: Loose) =>
      part.dataset &&
      [part, ...part.querySelectorAll('[data-clickthread],[data-clickthread-order],' + leading)].forEach(
        guard((element: Loose) => {
          const { clickthread, clickthreadOrder: order } = element.dataset as DOMStringMap;
          if (order) report('attribute', order);
          else if (clickthread) void later('page');
          else lead(element as Element);
        }),
      ),
  );
  readElements(document.documentElement);
  // What such a look does not find, in a shadow root or with an address that was set later, is pointed at, touched or focused before it is followed.
  ['pointerover', 'pointermove', 'focusin'].forEach((sign) =>
    addEventListener(sign, (event) => lead(event.composedPath()[0] as Element)),
  );
  new MutationObserver((changes) => {
    changes.forEach((change) =>
      change.attributeName
        ? readElements(change.target)
        : // Most of what busy pages add is text, into elements that hold nothing else.
          (change.target as Element).firstElementChild && change.addedNodes.forEach(readElements),
    );
    changed();
  }).observe(document, { childList: true, subtree: true, attributeFilter: ['data-clickthread-order'] });
};
