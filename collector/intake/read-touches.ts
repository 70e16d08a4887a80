/** Step 2 of 5. Reads touches and visitor as a browser sends them. Pure. */
import { isClickId } from '../../wire/journey.ts';
import type { Problem } from '../../wire/problem.ts';
import { capturedParams } from '../configuration/site-params.ts';
import type { Site } from '../configuration/sites.ts';
import { minutes } from '../lib/duration.ts';
import type { Touch, TouchKind } from '../model/touch.ts';
import { CLICK_ID_RULE, isFields } from './validate-order.ts';

const MOST_TOUCHES = 50;
/** A device's clock that is further off than this is wrong; less is the way of the request, and would give one touch two times. */
const CLOCK_OFF = minutes(5);
/** Campaign parameters, and what networks add to their click ids. */
const KEPT_PARAMS = /^(utm_[a-z]{2,16}|irgwc|irpid|irmpname|sharedid)$/;

type FreshTouch = Omit<Touch, 'id' | 'visitor' | 'hint'>;

/**
 * Takes `touches`, a single `param` and `value`, or `clicks`; problems name the entry. Of a journey that is too long the newest are
 * taken, and parameters that the site does not capture are left out. `now` is the device's own time: where its clock is off, so are
 * the times that it states.
 */
export function readTouches(
  input: Record<string, unknown>,
  context: { now: number; site: Site },
): { touches: FreshTouch[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const touches: FreshTouch[] = [];
  const off = clockOffset(input.now, context.now);
  const take = (entry: unknown, field: string): void => {
    const touch = readTouch({ entry, field, problems, off, now: context.now, site: context.site });
    if (touch) touches.push(touch);
  };
  const listed: readonly unknown[] = Array.isArray(input.touches) ? input.touches : [];
  if (input.touches !== undefined && !Array.isArray(input.touches))
    problems.push({ field: 'touches', message: 'must be a list' });
  const first = firstOfNewest(listed);
  for (let i = 0; i < listed.length; i += 1) if (timeOf(listed[i]) >= first) take(listed[i], `touches[${i}]`);
  if (touches.length > MOST_TOUCHES) touches.splice(0, touches.length - MOST_TOUCHES);
  if (input.param !== undefined || input.value !== undefined) take(input, '');
  if (isFields(input.clicks) && input.orderId === undefined) {
    for (const [param, value] of Object.entries(input.clicks))
      take({ ...input, param, value }, `clicks.${param.slice(0, 64)}`);
  }
  return { touches, problems };
}

/** Milliseconds by which the device's clock is behind; 0 where it said nothing, or is right. */
function clockOffset(said: unknown, now: number): number {
  if (typeof said !== 'number' || !Number.isSafeInteger(said)) return 0;
  const off = now - said;
  return Math.abs(off) > CLOCK_OFF ? off : 0;
}

/** What has no time counts as now. */
const timeOf = (entry: unknown): number => (isFields(entry) && typeof entry.at === 'number' ? entry.at : Infinity);

/** The time of the oldest touch that still counts. */
function firstOfNewest(listed: readonly unknown[]): number {
  if (listed.length <= MOST_TOUCHES) return -Infinity;
  return listed.map(timeOf).sort((a, b) => b - a)[MOST_TOUCHES - 1]!;
}

function readTouch(given: {
  entry: unknown;
  field: string;
  off: number;
  now: number;
  site: Site;
  problems: Problem[];
}): FreshTouch | undefined {
  const { entry, field, off, now, site, problems } = given;
  const name = (part: string): string => (field === '' ? part : `${field}.${part}`);
  if (!isFields(entry)) return void problems.push({ field, message: 'must be an object with param, value and at' });
  const { param, value } = entry;
  if (typeof param !== 'string' || !/^[\w.-]{1,64}$/.test(param)) {
    return void problems.push({
      field: name('param'),
      message: 'must be the name of a landing parameter, such as "irclickid"',
    });
  }
  if (!isClickId(value, param))
    return void problems.push({ field: field.startsWith('clicks.') ? field : name('value'), message: CLICK_ID_RULE });
  const lower = param.toLowerCase();
  if (!isCaptured(lower, site)) return undefined;
  const at = typeof entry.at === 'number' && Number.isSafeInteger(entry.at) && entry.at > 0 ? entry.at + off : now;
  const { address, campaign } = splitCampaign(entry.url);
  const url = cleanUrl(address, site);
  const referrer = cleanReferrer(entry.referrer, site);
  const extra = readExtra(entry.extra ?? campaign, site);
  const touch: FreshTouch = { param: lower, value, kind: kindOf(lower, site), at: Math.max(1, Math.min(at, now)) };
  // Assigned, not spread in: this runs for every touch, and spreading made up a tenth of the store thread's work.
  if (url !== undefined) touch.url = url;
  if (referrer !== undefined) touch.referrer = referrer;
  if (extra) touch.extra = extra;
  return touch;
}

/** A connection's parameter is a partner's click whatever its name; the rest goes by what the name is known for. */
export function kindOf(param: string, site: Site): TouchKind {
  const taken = site.contenders.some(({ clickParams }) => clickParams.includes(param));
  if (taken) return 'partner';
  if (site.config.tag.referrals.includes(param)) return 'referral';
  if (param.startsWith('utm_')) return 'campaign';
  if (param === 'referrer') return 'referral';
  if (PAID.has(param) || site.config.tag.paid.includes(param)) return 'paid';
  return 'partner';
}

const PAID = new Set([
  'gclid',
  'gbraid',
  'wbraid',
  'dclid',
  'fbclid',
  'msclkid',
  'ttclid',
  'twclid',
  'li_fat_id',
  'sccid',
  'epik',
  'rdt_cid',
]);

/** What a site knows stays the same until its configuration changes, which makes a new `Site`. */
const knownParams = new WeakMap<Site, ReadonlySet<string>>();

function knownParamsOf(site: Site): ReadonlySet<string> {
  const kept = knownParams.get(site);
  if (kept) return kept;
  const known = new Set([...capturedParams(site), ...site.config.tag.referrals, ...site.config.tag.paid]);
  knownParams.set(site, known);
  return known;
}

/** Whether the tag of this site would take a landing parameter of that name: what else a page sends under a name is not kept. */
export function isCaptured(param: string, site: Site): boolean {
  const name = param.toLowerCase();
  return knownParamsOf(site).has(name) || PAID.has(name) || KEPT_PARAMS.test(name) || name === 'referrer';
}

/** The tag leaves only the campaign's parameters behind an address, wherever they stood in it: `https://shop.example/&utm_source=spring`. */
function splitCampaign(url: unknown): { address: unknown; campaign?: Record<string, string> } {
  const [address, campaign] = typeof url === 'string' ? (/^([^?&#]*)[?&#](utm_.*)$/i.exec(url)?.slice(1) ?? []) : [];
  if (campaign === undefined) return { address: url };
  const pairs = [...new URLSearchParams(campaign.replace(/[?#]/g, '&'))];
  return { address, campaign: Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value.trim()])) };
}

/** Only known parameters stay in a stored address: others may hold order keys, tokens or e-mails. */
function cleanUrl(value: unknown, site: Site): string | undefined {
  const url = webAddress(value);
  if (!url) return undefined;
  const query = url.search === '' ? '' : keptQuery(url, knownParamsOf(site));
  return `${url.origin}${url.pathname}${query === '' ? '' : `?${query}`}`.slice(0, 1024);
}

/** Pairs of characters that a form writes as they are: split by hand they come out as `URLSearchParams` writes them, for a fifth of the work. */
const PLAIN_QUERY = /^\?[\w*.-]+=[\w*.-]*(?:&[\w*.-]+=[\w*.-]*)*$/;

function keptQuery(url: URL, known: ReadonlySet<string>): string {
  const keeps = (name: string): boolean => known.has(name.toLowerCase()) || KEPT_PARAMS.test(name.toLowerCase());
  if (PLAIN_QUERY.test(url.search)) {
    const pairs = url.search.slice(1).split('&');
    return pairs.filter((pair) => keeps(pair.slice(0, pair.indexOf('=')))).join('&');
  }
  return new URLSearchParams([...url.searchParams].filter(([name]) => keeps(name))).toString();
}

/** Where the visitor came from; none where that was a page of the site itself. */
function cleanReferrer(value: unknown, { config: { domains, linked } }: Site): string | undefined {
  const url = webAddress(value);
  if (!url) return undefined;
  const isOurs = (domain: string) => `.${url.hostname}`.endsWith(`.${domain}`);
  return domains.some(isOurs) || linked.some(isOurs) ? undefined : `${url.origin}${url.pathname}`.slice(0, 512);
}

/** Asking `URL.canParse` first would read every address twice, and nearly all of them are right. */
function webAddress(value: unknown): URL | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    const url = new URL(value);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined;
  } catch {
    return undefined;
  }
}

function readExtra(value: unknown, site: Site): Record<string, string> | undefined {
  if (!isFields(value)) return undefined;
  const kept = Object.entries(value).filter(
    (entry): entry is [string, string] =>
      isCaptured(entry[0], site) && typeof entry[1] === 'string' && isClickId(entry[1]),
  );
  return kept.length > 0 ? Object.fromEntries(kept.slice(0, 10)) : undefined;
}

/** A visitor id as the tag makes them; undefined for anything else. */
export function readVisitor(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w-]{8,64}$/.test(value) ? value : undefined;
}
