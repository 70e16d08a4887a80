/** Late part. What only a browser can tell a partner's tracker: a pixel or a form, fired when the collector (or the static tag's settings) says so. */
import type { Fire } from '../../wire/fire.ts';
import { postJson } from '../beacon.ts';
import type { Job } from '../parts.ts';
import { site } from '../state.ts';
import { readOwn } from './own.ts';

const make = <K extends keyof HTMLElementTagNameMap>(
  kind: K,
  into: Element,
  given: object,
): HTMLElementTagNameMap[K] => {
  const element = Object.assign(readOwn('createElement').call(document, kind) as HTMLElementTagNameMap[K], given);
  into.append(element);
  return element;
};

/** An image is asked for; `done` hears whether one came. */
const loadImage = (src: string, done: (ok: boolean) => void): void => {
  Object.assign(new Image(), { onload: () => done(true), onerror: () => done(false), src });
};

/** A form goes into a hidden frame, or is shown with a button where the tracker has to become the page itself. */
export function fireTasks(orderId: string, tasks: (Fire & { delivery?: string; orderId?: string })[] = []): void {
  const body = readOwn('body');
  for (const task of tasks) {
    const done = (ok: boolean) => {
      if (site.collector) void postJson('/fired', { orderId: task.orderId ?? orderId, delivery: task.delivery, ok });
    };
    if (task.kind == 'pixel') {
      loadImage(task.url, done);
      continue;
    }
    const { action, fields, button = 'Continue' } = task;
    const hidden = task.target != 'page';
    const target = hidden ? '_ct' + Math.random() : '';
    const form = make('form', body, { method: 'POST', action, target, hidden, onsubmit: () => done(true) });
    for (const name in fields) make('input', form, { type: 'hidden', name, value: fields[name] });
    if (hidden) {
      make('iframe', body, { name: target, hidden });
      done(true);
      // A field of the tracker may be called `submit` and hide the method.
      HTMLFormElement.prototype.submit.call(form);
    } else make('input', form, { type: 'submit', value: button });
  }
}

let blocked: boolean | undefined;

/** Notes, from the first failure on, whether it is the page's policy that forbids requests to the collector. */
function watchPolicy(): void {
  blocked = false;
  addEventListener('securitypolicyviolation', ({ blockedURI }) => {
    if (blockedURI.startsWith(site.collector!)) blocked = true;
  });
}

/** The last resort where no request may leave: an image tells order id, amount and currency, and the cookies tell whose order it is. */
export function sendImage(job: Job, done: () => void): void {
  if (blocked == null) watchPolicy();
  const { orderId, total, currency } = job.body as Record<string, string>;
  if (!blocked || !orderId) return;
  const order = { id: orderId, amount: total!, ...(currency ? { currency } : {}) };
  loadImage(`${site.collector}/sale?` + new URLSearchParams(order), (ok) => ok && done());
}
