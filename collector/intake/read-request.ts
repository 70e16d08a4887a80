/** Steps 1 and 2 of 5. Turns a request of a browser route into a checked command, or into the refusal that names each field. Pure. */
import type { Consent } from '../../wire/consent.ts';
import { decodeJourney, isClickId } from '../../wire/journey.ts';
import type { Problem } from '../../wire/problem.ts';
import type { Site } from '../configuration/sites.ts';
import { isDeeperThan } from '../../wire/text/nesting.ts';
import type { OverLimit } from '../lib/limits/request-limits.ts';
import { withSignal } from '../model/authority/consent-gate.ts';
import type { Arrival } from '../model/quarantined.ts';
import { cookielessVisitor } from '../model/visitor.ts';
import type { Command } from './command.ts';
import { checkSignature } from './order-signature.ts';
import { readHandover } from './read-handover.ts';
import { readIdentity } from './read-identity.ts';
import { readFoundReports } from './read-found.ts';
import { readPage, type Speaker } from './read-page.ts';
import { readConsent } from './parts/read-consent.ts';
import { readVendorCookies } from './parts/read-vendor-cookies.ts';
import { isCaptured, readTouches, readVisitor } from './read-touches.ts';
import { isFields, readOrder } from './validate-order.ts';

/** A request of the ingest lane, as the worker that stores it receives it. */
export interface IntakeRequest extends Arrival {
  route: 'touch' | 'conversion' | 'fired' | 'sale';
  site: string;
  /** The raw body, or for the sale pixel the query as JSON. */
  body: string;
  /** Hosts that the browser may have asked, with their ports, the likeliest first: proxies rewrite the header. */
  hosts?: readonly string[];
  /** A limit that it was found over on its way here. */
  over?: OverLimit;
  /** When it first arrived, where that is not now: a refused order that is read again keeps its time. */
  at?: number;
}

export interface Refusal {
  status: number;
  problems: Problem[];
  /** Whether the body holds an order that must not be lost. */
  keep: boolean;
}

/** What a page said, read: reports of orders, and what of it was refused (to be kept) or is no sale. */
export interface ReadFound {
  orders: Extract<Command, { type: 'order' }>[];
  refuseWith: Extract<Command, { type: 'refused' }>[];
  ignored: Problem[];
}

/** A request that may come in, and who speaks in it. */
export interface Admitted {
  command: Command;
  speaker: Speaker;
}

/** A page's data layer is a few levels deep. */
const DEEPEST = 100;

/** `site` is undefined where no such site exists. */
export function readRequest(
  request: IntakeRequest,
  site: Site | undefined,
  now: number,
): Admitted | { refusal: Refusal; speaker?: Speaker } | { found: ReadFound; speaker: Speaker } {
  if (!site) {
    return refuse(404, [
      {
        field: 'site',
        message: `there is no site "${request.site.slice(0, 64)}" here; check the address of the script tag`,
      },
    ]);
  }
  const speaker = readPage(request, site);
  const read = readBody({ request, speaker, site, now });
  return { ...read, speaker };
}

function readBody(given: { request: IntakeRequest; speaker: Speaker; site: Site; now: number }): Read {
  const { request, speaker, site, now } = given;
  const keep = request.route === 'conversion' || request.route === 'sale';
  if (speaker.unlisted !== undefined) {
    const message = `pages of ${speaker.unlisted.slice(0, 200)} may not report for this site; add its host to "domains" or "linked"`;
    return refuse(403, [{ field: 'origin', message }], keep && request.body !== '');
  }
  if (speaker.page === 'foreign' && request.route === 'touch') {
    const message = 'names none of the site’s pages: such a page may report an order, and nothing else';
    return refuse(403, [{ field: 'origin', message }]);
  }
  if (request.route === 'sale' && site.config.withoutScript === 'refused') {
    const message = 'is "refused": this site takes no sales by pixel or form; its pages report them by the tag';
    return refuse(403, [{ field: 'withoutScript', message }], request.body !== '');
  }
  if (isDeeperThan(request.body, DEEPEST))
    return refuse(400, [{ field: 'body', message: `is nested more than ${DEEPEST} levels deep` }], keep);
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
  unpackLists(input);
  switch (request.route) {
    case 'touch':
      return readTouch(input, request, site, now);
    case 'fired':
      return readFired(input, request);
    case 'conversion':
      return readReport(withIdentified(input), { request, speaker, site, now });
    case 'sale':
      return readConversion(withoutOddClicks(input, site), { request, speaker, site, now });
  }
}

/** Pages with an old Prototype (`Array.prototype.toJSON`) write lists as texts that hold them. */
function unpackLists(input: Fields): void {
  for (const name of ['touches', 'found', 'items', 'coupons']) {
    const text = input[name];
    if (typeof text !== 'string' || !text.startsWith('[') || isDeeperThan(text, DEEPEST)) continue;
    try {
      input[name] = JSON.parse(text) as unknown;
    } catch {
      // It stays the text that it is, and its field says so.
    }
  }
}

type Fields = Record<string, unknown>;
type Read = { command: Command } | { refusal: Refusal } | { found: ReadFound };

/** What the page found, or an order in the canonical shape. Of the latter an amount as people write it is read as if it was found. */
function readReport(input: Fields, given: ConversionGiven): Read {
  const { total } = input;
  const isWritten = typeof total === 'string' && /\d/.test(total) && Number.isNaN(Number(total));
  return Array.isArray(input.found) || isWritten
    ? { found: readFoundOrders(input, given) }
    : readConversion(input, given);
}

/** Whom the page identified is the order's customer, as far as the order doesn't say it itself. */
function withIdentified(input: Fields): Fields {
  if (!isFields(input.identity)) return input;
  const { customerId, signature: _signature, signedAt: _signedAt, ...names } = input.identity;
  const named = customerId === undefined ? names : { ...names, id: customerId };
  return { ...input, customer: { ...named, ...(isFields(input.customer) ? input.customer : {}) } };
}

/** The page's own words: its call, its attribute. */
const PAGE_ITSELF = new Set(['call', 'attribute']);

/** Each order of the page as a report of its own. One that is refused costs the others nothing. */
function readFoundOrders(input: Fields, given: ConversionGiven): ReadFound {
  const { request, site } = given;
  const { reports, refused, ignored } = readFoundReports(input, site.config.currency);
  const orders: ReadFound['orders'] = [];
  const unusable = refused ? [refused] : [];
  for (const { body, trackers, also, warnings } of reports) {
    const read = readConversion(body, given);
    if ('refusal' in read) unusable.push({ body, problems: read.refusal.problems });
    else {
      orders.push({
        ...read.command,
        warnings: [...warnings, ...read.command.warnings],
        ...(trackers.some((tracker) => PAGE_ITSELF.has(tracker)) ? {} : { found: trackers }),
        ...(also.length > 0 ? { also } : {}),
      });
    }
  }
  return {
    orders,
    refuseWith: unusable.map(({ body, problems: errors }) => ({
      type: 'refused',
      site: request.site,
      route: request.route,
      body: JSON.stringify(body),
      errors,
    })),
    ignored,
  };
}

function readTouch(input: Fields, request: IntakeRequest, site: Site, now: number): Read {
  const known = readVisitor(request.visitor);
  if (input.give !== undefined) {
    const token = readHandover(input.give);
    if (!token) return refuse(400, [{ field: 'give', message: 'is no hand-over token of the tag' }]);
    return {
      command: { type: 'give', site: request.site, id: token.id, ...(known === undefined ? {} : { visitor: known }) },
    };
  }
  const brought = input.handover === undefined ? undefined : (readHandover(input.handover) ?? 'none');
  if (brought === 'none')
    return refuse(409, [
      { field: 'handover', message: 'is no token of this version of the tag: nothing is taken from it' },
    ]);
  const { touches, problems } = readTouches(brought ? { touches: brought.touches, now: input.now } : input, {
    now,
    site,
  });
  const said = readConsent(input.consent);
  const consent = withSignal(said, request.gpc ?? false, site.config);
  if (problems.length > 0) return refuse(400, problems);
  const hint = readVisitor(input.visitor);
  if (known === undefined && hint === undefined) {
    return refuse(400, [
      { field: 'visitor', message: 'is missing or no visitor id: send 8 to 64 letters, digits, - or _' },
    ]);
  }
  const visitor = known ?? cookielessVisitor(hint!);
  // The browser's signal alone: nothing is kept of the visit, and nobody has taken anything back.
  if (consent?.marketing === 'denied' && said?.marketing !== 'denied')
    return { command: { type: 'touch', site: request.site, visitor, touches: [], brief: true } };
  const command: Extract<Command, { type: 'touch' }> = {
    type: 'touch',
    site: request.site,
    visitor,
    touches: consent?.marketing === 'denied' ? [] : touches,
  };
  if (hint !== undefined) command.hint = hint;
  if (consent) command.consent = consent;
  if (brought) command.handover = brought.id;
  const { identity } = readIdentity(input.identity, { keys: site.orderKeys, now });
  if (identity && consent?.marketing !== 'denied') command.identity = identity;
  // Nothing is ever returned to a visitor without a cookie, so that nothing need be read for one either.
  if (known === undefined || (input.brief === true && touches.length > 0)) command.brief = true;
  return { command };
}

/** What a shop appends to a sale beside the order is a click id where the site captures its name, and nothing otherwise. */
function withoutOddClicks(input: Fields, site: Site): Fields {
  if (!isFields(input.clicks)) return input;
  const clicks = Object.entries(input.clicks).filter(
    ([name, value]) => isCaptured(name, site) && isClickId(value, name),
  );
  return { ...input, clicks: Object.fromEntries(clicks) };
}

interface ConversionGiven {
  request: IntakeRequest;
  speaker: Speaker;
  site: Site;
  now: number;
}

type OrderCommand = Extract<Command, { type: 'order' }>;

function readConversion(input: Fields, given: ConversionGiven): { command: OrderCommand } | { refusal: Refusal } {
  const { request, speaker, site, now } = given;
  const isOwn = speaker.page === 'own';
  const { valid, problems, warnings } = readOrder(input, {
    now,
    timezone: site.config.timezone,
    ...(site.config.currency === undefined ? {} : { currency: site.config.currency }),
  });
  const carried = readTouches(input, { now, site });
  if (!valid) return refuse(422, problems, true);
  const { proof, problem } = checkSignature({
    sent: input,
    order: valid.order,
    keys: site.orderKeys,
    required: site.config.signedOrders === 'required',
    now,
  });
  if (problem) return refuse(422, [problem], true);
  const { identity, warning } = readIdentity(input.identity, { keys: site.orderKeys, now });
  const odd = valid.clicks.filter(({ param }) => !isCaptured(param, site));
  const token = decodeJourney(valid.journey) ?? (isOwn ? decodeJourney(request.journey) : undefined);
  const fromToken = readTouches({ touches: token?.touches ?? [], now: input.now }, { now, site });
  const consent = consentOf(input, request, site);
  const mayKeep = consent === undefined ? site.config.consent === 'granted' : consent.marketing === 'granted';
  const held = readVendorCookies(isOwn && mayKeep ? (request.cookies ?? []) : [], site, now);
  const hint = readVisitor(input.visitor) ?? readVisitor(token?.visitor);
  const known = readVisitor(request.visitor);
  const named = known ?? (hint === undefined ? undefined : cookielessVisitor(hint));
  const visitor = isOwn ? named : undefined;
  return {
    command: {
      type: 'order',
      site: request.site,
      reporter: 'browser',
      page: speaker.page,
      ...(proof ? { proof } : {}),
      ...(identity ? { identity } : {}),
      valid: odd.length === 0 ? valid : { ...valid, clicks: valid.clicks.filter((click) => !odd.includes(click)) },
      // A tampered cookie must not cost the sale: what is wrong with carried touches is said and left out.
      warnings: [
        ...warnings,
        ...carried.problems,
        ...(site.connections.length > 0 ? odd.map(notCaptured) : []),
        ...(warning ? [warning] : []),
      ],
      touches: [...carried.touches, ...fromToken.touches, ...held.touches],
      ...(held.undated.length > 0 ? { undated: held.undated } : {}),
      ...(visitor === undefined ? {} : { visitor }),
      ...(isOwn && known !== undefined && hint !== undefined ? { hint } : {}),
      ...(consent ? { consent } : {}),
      ...(request.ip === undefined ? {} : { ip: request.ip }),
      ...(request.userAgent === undefined ? {} : { userAgent: request.userAgent }),
    },
  };
}

/** Whatever else a page sends under a name is not kept: it may be an address or a name. Before the first connection that is every name. */
const notCaptured = ({ param }: { param: string }): Problem => ({
  field: `clicks.${param}`,
  message: 'is a parameter that no connection of this site takes; left out',
});

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

/** What the page said; and the browser's own signal, which is a no on every kind of site unless the visitor has said yes. */
function consentOf(input: Fields, request: IntakeRequest, site: Site): Consent | undefined {
  return withSignal(readConsent(input.consent), request.gpc ?? false, site.config);
}

function refuse(status: number, problems: Problem[], keep = false): { refusal: Refusal } {
  return { refusal: { status, problems, keep } };
}
