/** Carries the journey to the site's linked domains: on links and forms at the moment they are used, and into decorated addresses. */
import { root } from './cookie.ts';
import { isOurs, within } from './landing.ts';
import { NAME } from './journey.ts';
import { guard } from './say.ts';
import { settings } from './settings.ts';

/** Makes a hand-over token; nothing where there is nothing to carry, or no consent to carry it. */
type Mint = () => string | undefined;
let mint: Mint;

/** The token for an address: only where its host is the site's, and doesn't share our cookies anyway. */
function tokenFor({ hostname }: URL): string | undefined {
  const token = isOurs(hostname) ? mint() : undefined;
  return token && !within(hostname, root()) ? token : undefined;
}

/** The same address carrying the journey; unchanged where it can't or mustn't. The rest of its query stays byte for byte. */
export function decorate(given: string): string {
  try {
    const address = new URL(given, location.href);
    const token = tokenFor(address);
    if (token) {
      address.search = (address.search.replace(/[?&]_ct=[^&]*/g, '') + `&${NAME}=${token}`).replace(/^&/, '');
      return address.href;
    }
  } catch {
    // No address: none of ours.
  }
  return given;
}

function decorateForm(form: HTMLFormElement, submitter?: Element | null): void {
  const from = (name: string) => submitter?.getAttribute('form' + name) ?? form.getAttribute(name) ?? '';
  // Attributes, because a field called `action` or `method` hides the property.
  const action = from('action');
  const target = decorate(action);
  if (target == action) return;
  if (/post/i.test(from('method'))) {
    if (submitter?.hasAttribute('formaction')) submitter.setAttribute('formaction', target);
    else form.setAttribute('action', target);
    return;
  }
  // A GET form drops the query of its action.
  form.querySelector(`input[name=${NAME}]`)?.remove();
  form.append(
    Object.assign(document.createElement('input'), { type: 'hidden', name: NAME, value: target.split(NAME + '=')[1] }),
  );
}

/** Decorates whatever is being used. `composedPath` sees through shadow roots and child elements. */
const carry = guard((event: Event) => {
  const { key, submitter } = event as KeyboardEvent & SubmitEvent;
  if (key && key != 'Enter') return;
  for (const node of event.composedPath()) {
    if (node instanceof HTMLAnchorElement || node instanceof HTMLAreaElement) {
      const href = decorate(node.href);
      if (href != node.href) node.href = href;
    }
    if (node instanceof HTMLFormElement) decorateForm(node, submitter);
  }
});

/** Delegated listeners: links and forms added later are seen too, and none is changed before it is used. */
export function startLinker(minted: Mint): void {
  mint = minted;
  for (const type of ['click', 'auxclick', 'contextmenu', 'keydown', 'submit']) addEventListener(type, carry, true);
}

/** Frames of linked hosts take the journey along, once each, where the site wants that. */
export function decorateFrames(): void {
  if (!settings.frames) return;
  document.querySelectorAll('iframe').forEach((frame) => {
    const src = decorate(frame.src);
    if (src != frame.src && !frame.src.includes(NAME + '=')) frame.src = src;
  });
}
