/** Steps 1 and 2 of 5. Turns a request of a browser route into a checked command, or into the refusal that names each field. Pure. */
import { decodeJourney } from '../tag/journey.ts';
import type { Command } from './command.ts';
import type { Consent, Problem } from './event.ts';
import { checkSignature } from './order-signature.ts';
import { readConsent, readTouches, readVisitor } from './read-journey.ts';
import type { Site } from './sites.ts';
import { isFields, readOrder } from './validate-order.ts';

/** A request of the ingest lane, as the worker that stores it receives it. */
export interface IntakeRequest {
  route: 'touch' | 'conversion' | 'fired' | 'sale';
  site: string;
  /** The raw body, or for the sale pixel the query as JSON. */
  body: string;
  /** `_ct_v` of the request: the visitor as the collector knows it. */
  visitor?: string;
  /** The journey cookie of the request, where it reaches the collector. */
  journey?: string;
  origin?: string;
  /** Host that the browser asked, with its port. */
  host?: string;
  gpc?: boolean;
  ip?: string;
  userAgent?: string;
  /** When it first arrived, where that is not now: a refused order that is read again keeps its time. */
  at?: number;
}

export interface Refusal {
  status: number;
  problems: Problem[];
  /** Whether the body holds an order that must not be lost. */
  keep: boolean;
}

/** `site` is undefined where no such site exists. */
export function readRequest(
  request: IntakeRequest,
  site: Site | undefined,
  now: number,
): { command: Command } | { refusal: Refusal } {
  if (!site) {
    return refuse(404, [
      {
        field: 'site',
        message: `there is no site "${request.site.slice(0, 64)}" here; check the address of the script tag`,
      },
    ]);
  }
  if (request.origin !== undefined && !mayPost(site, request.origin)) {
    const message = `pages of ${request.origin.slice(0, 200)} may not report for this site; add its host to "domains" or "linked"`;
    return refuse(403, [{ field: 'origin', message }]);
  }
  const keep = request.route === 'conversion' || request.route === 'sale';
  let input: unknown;
  try {
    input = JSON.parse(request.body);
  } catch {
    return refuse(
      400,
      [{ field: 'body', message: 'is not JSON; send one JSON object as text/plain or application/json' }],
      keep && request.body !== '',
    );
  }
  if (!isFields(input)) return refuse(400, [{ field: 'body', message: 'must be a JSON object' }], keep);
  switch (request.route) {
    case 'touch':
      return readTouch(input, request, site, now);
    case 'fired':
      return readFired(input, request);
    case 'conversion':
    case 'sale':
      return readConversion(input, { request, site, now });
  }
}

type Fields = Record<string, unknown>;
type Read = { command: Command } | { refusal: Refusal };

function readTouch(input: Fields, request: IntakeRequest, site: Site, now: number): Read {
  const { touches, problems } = readTouches(input, { now, site });
  const consent = consentOf(input, request, site);
  if (problems.length > 0) return refuse(400, problems);
  const visitor = readVisitor(request.visitor) ?? readVisitor(input.visitor);
  if (visitor === undefined) {
    return refuse(400, [
      { field: 'visitor', message: 'is missing or no visitor id: send 8 to 64 letters, digits, - or _' },
    ]);
  }
  const handover =
    typeof input.handover === 'string' && /^[\w-]{4,64}$/.test(input.handover) ? input.handover : undefined;
  const command: Extract<Command, { type: 'touch' }> = {
    type: 'touch',
    site: request.site,
    visitor,
    touches: consent?.marketing === 'denied' ? [] : touches,
  };
  if (consent) command.consent = consent;
  if (handover !== undefined) command.handover = handover;
  if (input.brief === true && command.touches.length > 0 && handover === undefined && visitor === input.visitor)
    command.brief = true;
  return { command };
}

function readConversion(input: Fields, given: { request: IntakeRequest; site: Site; now: number }): Read {
  const { request, site, now } = given;
  const { valid, problems, warnings } = readOrder(input, {
    now,
    timezone: site.config.timezone,
    ...(site.config.currency === undefined ? {} : { currency: site.config.currency }),
  });
  const carried = readTouches(input, { now, site });
  if (!valid) return refuse(422, problems, true);
  const { proven, problem } = checkSignature({
    sent: input,
    order: valid.order,
    keys: site.orderKeys,
    required: site.config.signedOrders === 'required',
  });
  if (problem) return refuse(422, [problem], true);
  const token = decodeJourney(valid.journey) ?? decodeJourney(request.journey);
  const fromToken = readTouches({ touches: token?.touches ?? [] }, { now, site });
  const consent = consentOf(input, request, site);
  const visitor = readVisitor(request.visitor) ?? readVisitor(input.visitor) ?? readVisitor(token?.visitor);
  return {
    command: {
      type: 'order',
      site: request.site,
      reporter: 'browser',
      ...(proven ? { proven } : {}),
      valid,
      // A tampered cookie must not cost the sale: what is wrong with carried touches is said and left out.
      warnings: [...warnings, ...carried.problems],
      touches: [...carried.touches, ...fromToken.touches],
      ...(visitor === undefined ? {} : { visitor }),
      ...(consent ? { consent } : {}),
      ...(request.ip === undefined ? {} : { ip: request.ip }),
      ...(request.userAgent === undefined ? {} : { userAgent: request.userAgent }),
    },
  };
}

function readFired(input: Fields, request: IntakeRequest): Read {
  const problems: Problem[] = [];
  for (const field of ['orderId', 'delivery'] as const) {
    if (typeof input[field] !== 'string' || input[field].length > 128) problems.push({ field, message: 'is missing' });
  }
  if (problems.length > 0) return refuse(400, problems);
  return {
    command: {
      type: 'fired',
      site: request.site,
      orderId: input.orderId as string,
      delivery: input.delivery as string,
      ok: input.ok !== false,
      ...(typeof input.detail === 'string' ? { detail: input.detail.replace(/[^\x20-\x7e]/g, '').slice(0, 200) } : {}),
    },
  };
}

/** What the tag said; the browser's own opt-out signal counts where the site reads the page's signals and the tag said nothing. */
function consentOf(input: Fields, request: IntakeRequest, site: Site): Consent | undefined {
  const consent = readConsent(input.consent);
  if (!request.gpc) return consent;
  if (consent) return { ...consent, gpc: true };
  return site.config.consent === 'auto' ? { marketing: 'denied', source: 'gpc', gpc: true } : undefined;
}

/** Origins that may post, by site: reading an address costs more than the rest of the check, and a shop has few. */
const welcome = new WeakMap<Site, Set<string>>();
/** Anybody can invent subdomains. */
const MOST_WELCOME = 100;

/** Whether pages of that origin belong to the site: its domains and linked domains, with their subdomains. */
export function mayPost(site: Site, origin: string): boolean {
  const known = welcome.get(site);
  if (known?.has(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const { hostname, host } = new URL(origin);
  const { domains, linked } = site.config;
  const may = [...domains, ...linked].some((entry) => {
    const allowed = entry.toLowerCase().replace(/^\*\./, '');
    return hostname === allowed || host === allowed || hostname.endsWith(`.${allowed}`);
  });
  if (may) welcome.set(site, known && known.size < MOST_WELCOME ? known.add(origin) : new Set([origin]));
  return may;
}

function refuse(status: number, problems: Problem[], keep = false): { refusal: Refusal } {
  return { refusal: { status, problems, keep } };
}
