/** Part `link`. Carries the journey to the site's linked domains: on links and forms at the moment they are used, and into decorated addresses. */
import { postJson } from '../beacon.ts';
import { isGranted } from '../consent.ts';
import { findRootDomain } from '../cookie.ts';
import { makeHandover } from './handover.ts';
import { readJourney } from '../journey-cookie.ts';
import { JOURNEY } from '../names.ts';
import { readOwn } from './own.ts';
import type { Loose } from '../page.ts';
import { guard } from '../say.ts';
import { site } from '../state.ts';

/** The hand-over in an address. */
const CARRIED = /[?&]_ct=([^&#]*)/;

const MINUTE = 6e4;

/** A method of an element by its prototype: a field called `append` takes its form's. https://html.spec.whatwg.org/#dom-form-nameditem */
const call = <T>(element: Element, method: string, ...given: unknown[]): T =>
  (Element.prototype as Loose)[method].apply(element, given) as T;

/** The last token, and what it was made for: host, minute and journey. A link is touched several times before it is followed. */
let token: string;
let madeFor: string;

/**
 * The same address carrying the journey; unchanged where it is not the site's, or shares our cookies anyway, or there is nothing to
 * carry. The rest of its query stays byte for byte.
 */
export function decorateAddress(address: string): string {
  guard(() => {
    const url = new URL(address, readOwn('baseURI'));
    const isWithin = (domain: string) => ('.' + url.hostname).endsWith('.' + domain);
    const kept =
      isGranted() &&
      site.domains.concat(site.linked ?? []).some(isWithin) &&
      !isWithin(findRootDomain() || location.hostname) &&
      readJourney();
    if (!kept) return;
    const wanted = url.host + Math.floor(Date.now() / MINUTE) + kept;
    // The collector is told of each: it counts no other.
    if (wanted !== madeFor)
      void postJson('/touch', { visitor: kept.split('^')[1], give: (token = makeHandover(kept)) });
    madeFor = wanted;
    url.search = (url.search.replace(CARRIED, '') + '&_ct=' + token).replace(/^&/, '');
    address = url.href;
  })();
  return address;
}

/**
 * Decorates an address in an attribute: a field called `action` hides a form's property. A GET form drops the query of its address, so
 * that a field carries.
 */
function decorateAttribute(element: Element, name: string, form?: Element): void {
  const address = call<string | null>(element, 'getAttribute', name);
  const decorated = address && decorateAddress(address);
  if (decorated == address) return;
  if (!form) return void call(element, 'setAttribute', name, decorated);
  call<Element | null>(form, 'querySelector', '[name=_ct]')?.remove();
  const [, value] = CARRIED.exec(decorated!)!;
  const field = readOwn('createElement').call(document, 'input');
  call(form, 'append', Object.assign(field, { type: 'hidden', name: JOURNEY, value }));
}

/** Decorates a form as it is sent. What its button says goes before what the form says. */
const decorateForm = guard((form: Element, button?: Element | null) => {
  const method = button?.getAttribute('formmethod') ?? call<string>(form, 'getAttribute', 'method');
  const get = /post/i.test(method) ? undefined : form;
  if (button?.hasAttribute('formaction')) decorateAttribute(button, 'formaction', get);
  else decorateAttribute(form, 'action', get);
});

/** Decorates whatever is being used. `composedPath` sees through shadow roots and child elements. */
const carry = guard((event: Event) => {
  if (event.type == 'submit') decorateForm(event.target as Element, (event as SubmitEvent).submitter);
  else
    for (const node of event.composedPath() as HTMLButtonElement[]) {
      if (node.tagName) decorateAttribute(node, 'href');
      // Safari below 15.4 tells no listener which button submits a form.
      if (node.form && node.hasAttribute('formaction')) decorateForm(node.form, node);
    }
});

let isLinking = false;

/** Delegated listeners: links and forms added later are seen too, and none is changed before it is used. `form.submit()` tells no listener. */
export function watchLinks(): void {
  if (isLinking) return;
  isLinking = true;
  for (const type of ['click', 'auxclick', 'contextmenu', 'keydown', 'submit']) addEventListener(type, carry, true);
  const { prototype } = HTMLFormElement;
  const { submit } = prototype;
  prototype.submit = function () {
    decorateForm(this);
    submit.call(this);
  };
}
