/** CJ's Commission Detail in the sandbox: where its processing shows at last. https://developers.cj.com/graphql/reference/Commission%20Detail */
import { listing, type ListingRules, pageOf } from '../../fields/listing.ts';
import { isJson, type Json, jsonBody } from '../../fields/shape.ts';
import { type Exchange, json, type Reply } from '../../reply.ts';

export interface CjOrder {
  at: string;
  orderId: string;
  cjEvent: string;
  /** Hundredths. */
  amount: number;
  state: 'new' | 'restated' | 'cancelled';
  /** What its invisible processing made of it. */
  note: string;
  fields: Json;
  duplicates: number;
  /** What Commission Detail shows: a change takes away what was, and gives what is. Hundredths. */
  lines: { id: number; amount: number; postedAt: number }[];
  actionTrackerId: string;
  eventAt: number;
}

const DAY = 86_400_000;
const ARGUMENTS = [
  ...['forAdvertisers', 'sincePostingDate', 'beforePostingDate', 'sinceEventDate', 'beforeEventDate'],
  ...['sinceCommissionId', 'actionStatuses', 'validationStatuses', 'commissionIds', 'publisherIds'],
];
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
/** Records in one answer. */
const PAGE = 10_000;

interface Rules extends ListingRules {
  enterpriseId: string;
  paid: readonly string[];
}

interface Line {
  order: CjOrder;
  id: number;
  amount: number;
  postedAt: number;
}

const refuse = (message: string): Reply => json(200, { data: null, errors: [{ message }] });

export function queryCommissions(exchange: Exchange, orders: Iterable<CjOrder>, rules: Rules): Reply {
  const body = jsonBody(exchange);
  const query = isJson(body) ? String(body['query'] ?? '') : '';
  const [, given, rest] = /^\s*\{\s*advertiserCommissions\s*\(([^)]*)\)\s*\{(.*)\}\s*\}\s*$/s.exec(query) ?? [];
  const [, records] = /records\s*\{([^{}]*)\}/.exec(rest ?? '') ?? [];
  if (given === undefined || rest === undefined || records === undefined) return refuse('Invalid Syntax');
  const asked: Record<string, string> = {};
  for (const [, name, list, text] of given.matchAll(/(\w+)\s*:\s*(?:\[\s*"([^"]*)"\s*\]|"([^"]*)")/g))
    asked[name!] = list ?? text ?? '';
  const unknown = Object.keys(asked).find((name) => !ARGUMENTS.includes(name));
  if (unknown !== undefined) return refuse(`Validation error of type UnknownArgument: ${unknown}`);
  if (rules.enterpriseId !== '' && asked['forAdvertisers'] !== rules.enterpriseId) return refuse('Unauthorized');
  return list(asked, records.trim().split(/\s+/), [...orders], rules);
}

function list(asked: Record<string, string>, fields: readonly string[], orders: CjOrder[], rules: Rules): Reply {
  const date = asked['sincePostingDate'] === undefined ? 'EventDate' : 'PostingDate';
  const [since, before] = [asked[`since${date}`] ?? '', asked[`before${date}`] ?? ''];
  if (!INSTANT.test(since) || !INSTANT.test(before)) return refuse('Validation error of type WrongType: a date');
  if (Date.parse(before) - Date.parse(since) > 31 * DAY) return refuse('The period must be at most 31 days');
  const lines = orders
    .flatMap((order): Line[] => order.lines.map((line) => ({ ...line, order })))
    .filter(({ order, postedAt }) => {
      const at = date === 'EventDate' ? order.eventAt : postedAt;
      return at >= Date.parse(since) && at < Date.parse(before);
    })
    .toSorted((a, b) => a.id - b.id);
  const left = lines.filter(({ id }) => id > Number(asked['sinceCommissionId'] ?? 0));
  const { shown } = pageOf(left, { page: 1, size: PAGE }, rules);
  const views = shown.map((line) => view(line, rules.paid));
  const unknown = fields.find((name) => views.some((one) => !(name in one)));
  if (unknown !== undefined) return refuse(`Validation error of type FieldUndefined: ${unknown}`);
  const complete = shown.length === left.length;
  // An answer that is cut short without saying where to go on from.
  const cursor = rules.reportTrap === 'short' ? null : (shown.at(-1)?.id ?? null);
  const answer = {
    ...{ count: shown.length, limit: PAGE, payloadComplete: complete && rules.reportTrap !== 'short' },
    maxCommissionId: cursor === null ? null : String(cursor),
    records: views.map((one) => Object.fromEntries(fields.map((name) => [name, one[name]]))),
  };
  return listing(json(200, { data: { advertiserCommissions: answer } }), rules);
}

function view({ order, id, amount, postedAt }: Line, paid: readonly string[]): Json {
  const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');
  return {
    ...{ commissionId: String(id), orderId: order.orderId, actionTrackerId: order.actionTrackerId },
    ...{ actionStatus: paid.includes(order.orderId) ? 'closed' : 'new', validationStatus: 'PENDING' },
    ...{ eventDate: iso(order.eventAt), postingDate: iso(postedAt), original: order.lines[0]!.id === id },
    ...{ saleAmountAdvCurrency: amount / 100, saleAmountUsd: amount / 100 },
  };
}
