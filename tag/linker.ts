/** Carries the journey to the site's linked domains: on links and forms at the moment they are used, and into decorated addresses. */
import { browser } from './browser.ts';
import { isGranted } from './consent.ts';
import { root } from './cookie.ts';
import { handoverText, sealHandover } from './handover.ts';
import { NAME } from './journey.ts';
import { journey, newId } from './keeper.ts';
import { guard } from './say.ts';
import { site } from './state.ts';

/**
 * The same address carrying the journey; unchanged where it is not the site's, or shares our cookies anyway, or there is nothing to
 * carry. The rest of its query stays byte for byte.
 */
export function decorate(address: string): string {
  guard(() => {
    const url = new URL(address, location as never);
    const isWithin = (domain: string) => ('.' + url.hostname).endsWith('.' + domain);
    const kept =
      isGranted() &&
      site.domains.concat(site.linked).some(isWithin) &&
      !isWithin(root() || location.hostname) &&
      journey();
    if (!kept) return;
    const token = sealHandover(handoverText(newId(), Date.now(), kept), browser());
    url.search = (url.search.replace(/[?&]_ct=[^&]*/, '') + '&_ct=' + token).replace(/^&/, '');
    address = url.href;
  })();
  return address;
}

/** Decorates whatever is being used. `composedPath` sees through shadow roots and child elements. */
const carry = guard((event: Event) =>
  (event.composedPath() as Element[]).map((node) =>
    // Attributes, because a field called `action` hides the form's property. `formaction`: of the button that submits.
    ['href', 'formaction', 'action'].map((name) => {
      const given = node.getAttribute?.(name);
      const address = given && decorate(given);
      if (address == given) return;
      if (name == 'action' && !/post/i.test(node.getAttribute('method')!)) {
        // A GET form drops the query of its action.
        node.querySelector('[name=_ct]')?.remove();
        const [, value] = address!.split('_ct=');
        node.append(Object.assign(document.createElement('input'), { type: 'hidden', name: NAME, value }));
      } else node.setAttribute(name, address!);
    }),
  ),
);

/** Delegated listeners: links and forms added later are seen too, and none is changed before it is used. */
export const startLinker = (): unknown =>
  ['click', 'auxclick', 'contextmenu', 'keydown', 'submit'].map((type) => addEventListener(type, carry, true));
