/** Entry of the static file: settings stand in the script's data attributes, everything is inside, and no collector is needed. */
import type { Fire } from '../../wire/fire.ts';
import type { TagSettings } from '../../wire/messages.ts';
import { readFound } from '../../wire/order-reader.ts';
import { exposeTag } from '../expose.ts';
import { late } from '../later.ts';
import { finishJob } from '../late/retry.ts';
import { ownScript } from './own-script.ts';
import type { Loose } from '../page.ts';
import type { Answer, Job } from '../parts.ts';
import { probeDomain } from '../probe-domain.ts';
import { type Settings, site } from '../state.ts';
import { prepareSettings } from '../../wire/tag-settings.ts';
import * as parts from './parts.ts';

const { dataset } = ownScript()!;

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

/** Orders for which this page has fired. */
const fired = new Set<string>();

/** Fires what the attributes ask for, once an order, whatever the collector says of it, if there is one. What was found in the page is read here. */
function finishStaticJob(job: Job, answer: Answer): true {
  const { total } = job.body;
  // An amount as people write it is read like one that was found.
  const { found = isNaN(total as number) ? [{ source: 'call', data: job.body }] : undefined } = job.body;
  for (const order of found ? readFound(found, { currency }).orders.map(({ order }) => order) : [job.body]) {
    const key = String(order.orderId);
    if (!fired.has(key)) parts.fire(key, fires(order));
    fired.add(key);
  }
  if (settings.collector) return parts.settle(job, answer);
  finishJob(job);
  return true;
}

const settings: Settings = {
  ...prepareSettings({
    collector: routesOf(collector, id),
    params: list((params ?? 'irclickid im_ref').toLowerCase()),
    paid: list(paid?.toLowerCase()),
    referrals: list(referrals?.toLowerCase()),
    domains: list(domains),
    linked: list(linked),
    consent: (consent ?? 'wait') as TagSettings['consent'],
    dataLayer: dataset.dataLayer,
    detect: dataset.detect !== 'false',
    frames: dataset.frames === 'true',
  }),
  part: () => Promise.resolve({}),
};

// Everything is here from the first moment on.
Object.assign(late, parts, { settle: finishStaticJob });

site.domains = settings.domains;
probeDomain();
settings.domains = site.domains;
exposeTag(settings);
if (dataset.debug === 'true') site.call('debug', true);
