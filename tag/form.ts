/** The sale form: posted into a hidden frame, or shown with a button where the tracker has to become the page itself. */
import type { Fire } from '../collector/destinations/destination.ts';

const make = <K extends keyof HTMLElementTagNameMap>(
  kind: K,
  into: Element,
  given: object,
): HTMLElementTagNameMap[K] => {
  const element = Object.assign(document.createElement(kind), given);
  into.append(element);
  return element;
};

export function fireForm(
  { action, fields, target, button }: Extract<Fire, { kind: 'form' }>,
  done: (ok: boolean) => void,
): void {
  const { body } = document;
  const shown = target == 'page';
  const name = '_ct' + Math.random();
  const form = make('form', body, { method: 'POST', action, target: shown ? '' : name, hidden: !shown });
  for (const key in fields) make('input', form, { type: 'hidden', name: key, value: fields[key] });
  if (shown) {
    make('input', form, { type: 'submit', value: button ?? 'Continue' });
    form.onsubmit = () => done(true);
    return;
  }
  const frame = make('iframe', body, { name, hidden: true });
  frame.onload = () => done(true);
  // A field of the tracker may be called `submit` and hide the method.
  HTMLFormElement.prototype.submit.call(form);
}
