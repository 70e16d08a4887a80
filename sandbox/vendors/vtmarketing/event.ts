/** Reads a VTmarketing event: the documented fields with their documented types, names case-sensitive, unknown ones ignored but noted. */
import { isCurrency } from '../../../wire/currency-digits.ts';

export interface Confirmation {
  email: string;
  orderId: string;
  total: number;
  currency: string;
  status: string;
  coupons: string[];
  items: { id: string; quantity: number }[];
  notes: string[];
  /** The event as it was sent. */
  event: unknown;
}

export interface EventRefusal {
  message: string;
  description: string;
}

type Json = Record<string, unknown>;
type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
const isCurrencyCode: Check = (value) => isCurrency(String(value));

const USER: Record<string, Check> = {
  ...{ email: isText, _id: isText, tel: isText, firstname: isText, lastname: isText, country: isText, city: isText },
};
const GENERIC: Record<string, Check> = {
  ...{ orderId: isText, total: isNumber, status: isText, coupons: isTexts },
  ...{ currency: isCurrencyCode, total_shipping: isNumber, phone: isText },
};
const ITEM: Record<string, Check> = { id: isText, quantity: isNumber };

export function readEvent(input: Json): Confirmation | EventRefusal {
  const user = object(input['user']);
  const event = object(input['event']);
  if (!user || !(isEmail(user['email']) || isText(user['_id']))) {
    return { message: 'Missing user information', description: 'Please send the user with an email' };
  }
  const kinds = event ? Object.keys(event) : [];
  if (!event || kinds.length === 0) {
    return { message: 'Missing event information', description: 'Please send event information along with user' };
  }
  if (kinds.length > 1 || !['confirmation', 'update', 'generic'].includes(kinds[0] ?? '')) {
    return wrong(`event must have the single key "confirmation", got ${kinds.join(', ')}`);
  }
  const content = object(event[kinds[0] ?? '']);
  const generic = object(content?.['generic']);
  if (!content || !generic) return wrong('generic must be an object');
  const items = content['items'] ?? [];
  if (!Array.isArray(items)) return wrong('items must be a list');
  const typed = [
    ...mistyped('user', user, USER),
    ...mistyped('generic', generic, GENERIC),
    ...items.flatMap((item: unknown, index) => itemProblems(item, index)),
  ];
  if (kinds[0] === 'confirmation' && generic['total'] === undefined) typed.push('generic.total is required');
  if (typed.length > 0) return wrong(typed.join('; '));
  return {
    email: String(user['email'] ?? user['_id']),
    orderId: String(generic['orderId'] ?? ''),
    total: Number(generic['total'] ?? 0),
    currency: String(generic['currency'] ?? ''),
    status: String(generic['status'] ?? ''),
    coupons: (generic['coupons'] ?? []) as string[],
    items: items as Confirmation['items'],
    notes: notes(user, generic),
    event,
  };
}

const wrong = (description: string): EventRefusal => ({ message: 'Invalid data format/type', description });

const isEmail: Check = (value) => typeof value === 'string' && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value);

const object = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;

function mistyped(place: string, given: Json, rules: Record<string, Check>): string[] {
  return Object.entries(rules).flatMap(([name, fits]) =>
    given[name] === undefined || fits(given[name]) ? [] : [`${place}.${name} has the wrong type`],
  );
}

function itemProblems(item: unknown, index: number): string[] {
  const given = object(item);
  if (!given) return [`items[${index}] must be an object`];
  const missing = Object.keys(ITEM).filter((name) => given[name] === undefined);
  return [...missing.map((name) => `items[${index}].${name} is required`), ...mistyped(`items[${index}]`, given, ITEM)];
}

/** Accepted without an error by the real one, and yet a slip. */
function notes(user: Json, generic: Json): string[] {
  const found: string[] = [];
  if (generic['orderId'] === undefined) found.push('no orderId: the order cannot be told from another');
  const unknown = [
    ...Object.keys(user).filter((name) => !Object.hasOwn(USER, name)),
    ...Object.keys(generic).filter((name) => !Object.hasOwn(GENERIC, name)),
  ];
  if (unknown.length > 0) found.push(`ignored, not documented: ${unknown.join(', ')}`);
  if (Number(generic['total_shipping'] ?? 0) > Number(generic['total'] ?? 0))
    found.push('total does not include the shipping');
  return found;
}
