/** Late part. Carries the journey to the site's linked domains: on links and forms at the moment they are used, and into decorated addresses. */
import { browser } from './browser.ts';
import { guard, root } from './core.ts';
import { sealHandover } from './handover.ts';
import { NAME } from './journey.ts';
import type { Journey } from './journey.ts';
import { newId } from './keeper.ts';
import { isOurs, isWithin } from './landing.ts';

/** The journey to carry; none without consent. */
let carried: () => Journey | undefined;

/**
 * The same address carrying the journey; unchanged where it is not the site's, or shares our cookies anyway, or there is nothing to
 * carry. The rest of its query stays byte for byte.
 */
export const decorate = (given: string, journey = carried()): string =>
  guard(() => {
    const address = new URL(given, location.href);
    const { hostname, search, protocol } = address;
    if (!journey?.touches[0] || !/^https?:$/.test(protocol) || !isOurs(hostname) || isWithin(hostname, [root()]))
      return;
    const token = sealHandover(journey, { id: newId(), at: Date.now(), browser: browser() });
    address.search = (search.replace(/[?&]_ct=[^&]*/, '') + `&${NAME}=${token}`).replace(/^&/, '');
    return address.href;
  })() ?? given;

/** Decorates an attribute, because a field called `action` hides the form's property; an empty one stays as it is. */
const decorateAttribute = (element: Element, name: string): void => {
  const given = element.getAttribute(name);
  const address = given && decorate(given);
  if (address != given) element.setAttribute(name, address!);
};

/** Decorates whatever is being used. `composedPath` sees through shadow roots and child elements. */
const carry = guard((event: Event) => {
  if (((event as KeyboardEvent).key ?? 'Enter') != 'Enter') return;
  for (const node of event.composedPath())
    if (node instanceof Element) {
      decorateAttribute(node, 'href');
      // The button that submits, also where the Enter key presses it.
      decorateAttribute(node, 'formaction');
      if (!node.matches('form')) continue;
      if (/post/i.test(node.getAttribute('method')!)) decorateAttribute(node, 'action');
      else {
        // A GET form drops the query of its action.
        const [, value] = decorate(node.getAttribute('action') ?? '').split(NAME + '=');
        node.querySelector(`[name=${NAME}]`)?.remove();
        if (value) node.append(Object.assign(document.createElement('input'), { type: 'hidden', name: NAME, value }));
      }
    }
});

/** Delegated listeners: links and forms added later are seen too, and none is changed before it is used. */
export function startLinker(journey: typeof carried): void {
  carried = journey;
  for (const type of ['click', 'auxclick', 'contextmenu', 'keydown', 'submit']) addEventListener(type, carry, true);
}
