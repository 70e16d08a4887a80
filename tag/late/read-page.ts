/**
 * Part `page`. Reads what the page shows: its data layers, orders in JSON-LD, elements that want filling. After the first look only at what changes,
 * in portions.
 */
import { isGranted } from '../consent.ts';
import { readCookie } from '../cookie.ts';
import { keepJourney } from '../journey-cookie.ts';
import { trim } from '../../wire/journey.ts';
import { JOURNEY } from '../names.ts';
import { guard } from '../say.ts';
import { site } from '../state.ts';
import { noticeFound } from './find-orders.ts';
import { rootElement } from './own.ts';
import { readLayers } from './read-layers.ts';
import { tieCustomer } from './tie-customer.ts';

const FIELD = 'data-clickthread';
/** About twice a frame, milliseconds. */
const PAUSE = 8;

const known = new Set<string>();

const readElement = guard((element: Element) => {
  const text = element.textContent;
  if (element.matches(`[${FIELD}],iframe`)) return site.call('attend');
  if (known.has(text) || !/"Order"/.test(text)) return;
  known.add(text);
  return [].concat(JSON.parse(text)).forEach((order) => noticeFound('jsonld', order));
});

/** Reads what stands in a part of the document. */
function readElements(part: Element): void {
  const shown = `[${FIELD}],[type*="ld+json"]` + (site.frames ? ',iframe' : '');
  if (part.matches?.(shown)) void readElement(part);
  part.querySelectorAll?.(shown).forEach((element) => void readElement(element));
}

let watching = false;

/** Looks at everything now, and at what is added from now on. */
export function readPage(): void {
  readLayers();
  readElements(rootElement());
  void tieCustomer();
  if (watching) return;
  watching = true;
  // Pushed out of the cookies by others, or grown too long for one by the last landing.
  const kept = site.kept ?? '';
  if (isGranted() && kept && (!readCookie(JOURNEY) || trim(kept) != kept)) keepJourney(trim(kept));
  if (site.attend) site.call('attend');
  if (site.linked && kept) site.call('link');
  const changes: MutationRecord[][] = [];
  const look = guard(() => {
    const nodes = new Set<Node>();
    for (const { attributeName, target, addedNodes } of changes.splice(0).flat())
      if (attributeName) nodes.add(target);
      // Most of what busy pages add is text, into elements that hold nothing else.
      else if ((target as Element).firstElementChild) for (const node of addedNodes) nodes.add(node);
    readLayers();
    nodes.forEach((node) => readElements(node as Element));
  });
  // A page may change thousands of times in one breath.
  new MutationObserver((more) => {
    if (!changes[0]) setTimeout(look, PAUSE);
    changes.push(more);
  }).observe(document, { childList: true, subtree: true, attributeFilter: [FIELD] });
  // Every script that has come may have brought a layer or replaced one.
  addEventListener('load', readLayers, true);
}
