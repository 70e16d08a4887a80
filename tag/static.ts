/** Entry of the static file: settings stand in the script's data attributes, everything is inside, and no collector is needed. */
import type { Fire } from '../collector/destinations/destination.ts';
import type { TagSettings } from '../collector/wire.ts';
import type { Answer } from './beacon.ts';
import { expose } from './expose.ts';
import * as late from './late.ts';
import type { Loose } from './order.ts';
import type { Job } from './queue.ts';
import { wantsAttending } from './referrer.ts';
import { finish } from './retry.ts';
import { site } from './state.ts';
import type { Settings } from './state.ts';

const { dataset } = document.currentScript as HTMLScriptElement;

/** `a, b c` → `['a', 'b', 'c']`. */
const list = (text = ''): string[] => text.split(/[\s,]+/).filter(Boolean);

/** `https://t.shop.example` → `https://t.shop.example/t/shop`; an address that has a path keeps it and ends with the site. */
function routesOf(address: string | undefined, site: string): string | undefined {
  if (!address) return;
  const { origin, pathname } = new URL(address, location.href);
  const path = pathname.replace(/\/$/, '') || '/t';
  return origin + (path.endsWith('/' + site) ? path : `${path}/${site}`);
}

const {
  site: id = '',
  collector,
  params,
  paid,
  referrals,
  linked,
  domains,
  consent,
  currency,
  pixel,
  form,
  formTarget,
  button,
} = dataset;

/** `{orderId}`, `{total}` and the order's other fields, escaped for the place where they stand. */
const fill = (template: string, order: Loose): string =>
  template.replace(/\{(\w+)}/g, (_, name: string) =>
    encodeURIComponent((order[name] ?? (name === 'currency' ? currency : '') ?? '') as string),
  );

/** `data-pixel="https://…?id={orderId}&amount={total}"`; `data-form` the same, whose query becomes the form's fields. */
function fires(order: Loose): Fire[] {
  const tasks: Fire[] = [];
  if (pixel) tasks.push({ kind: 'pixel', url: fill(pixel, order) });
  if (form) {
    const { origin, pathname, searchParams } = new URL(fill(form, order), location.href);
    const target = formTarget === 'page' ? 'page' : 'frame';
    tasks.push({ kind: 'form', action: origin + pathname, fields: Object.fromEntries(searchParams), target, button });
  }
  return tasks;
}

/** Fires what the attributes ask for, once, whatever the collector says of the order, if there is one. */
function settle(job: Job & { fired?: boolean }, answer: Answer): true {
  if (!job.fired) late.fire(job.key, fires(job.body));
  job.fired = true;
  if (settings.collector) return late.settle(job, answer);
  finish(job);
  return true;
}

const settings: Settings = {
  late: () => Promise.resolve({ ...late, settle }),
  site: id,
  collector: routesOf(collector, id),
  params: list((params ?? 'irclickid im_ref').toLowerCase()),
  paid: list(paid?.toLowerCase()),
  referrals: list(referrals?.toLowerCase()),
  domains: list(domains),
  linked: list(linked),
  consent: (consent ?? 'wait') as TagSettings['consent'],
  currency,
  dataLayer: dataset.dataLayer,
  detect: dataset.detect !== 'false',
  frames: dataset.frames === 'true',
  debug: dataset.debug === 'true' || undefined,
};

settings.attend = wantsAttending(settings);
expose(settings);
if (settings.debug) site.call('debug', true);
