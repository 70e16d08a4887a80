/** VTmarketing: confirmation events of orders. https://help.vtcdn.net/kb/serverside-integration/ (read 2026-11) */
import { defineDestination, type Outcome } from '../kit/destination.ts';
import { percentEncode } from '../kit/encode.ts';
import { isObject, parseObject, pickField, textOf } from '../kit/json.ts';
import type { Settings } from '../kit/setting.ts';
import { days, seconds } from '../lib/duration.ts';
import { moneyNumber } from '../lib/money.ts';
import type { HttpRequest, HttpResponse } from '../model/http.ts';
import type { Item, Order } from '../model/order.ts';
import type { Report } from '../model/report.ts';

/** The event pages write `/v1/event/`, the overview says that a slash makes another address: a setting, the event pages' form first. */
const eventAddress = (settings: Settings): string =>
  `${String(settings['baseUrl'])}/v1/event${settings['trailingSlash'] === false ? '' : '/'}`;

function call(
  settings: Settings,
  { method, url, body }: { method: HttpRequest['method']; url: string; body?: object },
): HttpRequest {
  const headers: Record<string, string> = {
    Authorization: String(settings['apiKey']),
    'Content-Type': 'application/json',
  };
  return body === undefined ? { method, url, headers } : { method, url, headers, body: JSON.stringify(body) };
}

/** Attributes of a user. Never `isSubscribed`: an order is no consent to be written to. */
const attributes = ({ personal }: Order) =>
  known({
    tel: personal.phone,
    firstname: personal.firstName,
    lastname: personal.lastName,
    country: personal.country,
    city: personal.city,
  });

const email = ({ personal }: Order): string => personal.email?.trim() ?? '';

/** Types matter here: amounts are JSON numbers, ids are strings. */
function payload({ order }: Report, settings: Settings): object {
  const money = (minor: number | undefined) =>
    minor === undefined
      ? undefined
      : moneyNumber({
          minor,
          currency: order.currency,
          ...(order.digits === undefined ? {} : { digits: order.digits }),
        });
  const items = order.items.flatMap((item) => feedItem(item, settings['feedId']));
  const generic = known({
    orderId: order.orderId,
    total: money(order.total),
    status: order.status,
    coupons: order.coupons.length > 0 ? order.coupons : undefined,
    currency: order.currency,
    total_shipping: money(order.shipping),
    phone: order.personal.phone,
  });
  return {
    user: { email: email(order), ...attributes(order) },
    event: { confirmation: items.length > 0 ? { generic, items } : { generic } },
  };
}

/** Items carry an id and nothing else: it must be the product feed's. One that has none is left out. */
function feedItem(item: Item, field: unknown): { id: string; quantity: number }[] {
  const id = field === 'name' ? item.name : item.sku;
  return id === undefined || id === '' ? [] : [{ id, quantity: item.quantity }];
}

const known = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''));

/** `errors[]` of `{ message, description }` in one sentence. */
function errorWords(response: HttpResponse): string {
  const list = pickField(parseObject(response.body), 'errors');
  const errors = Array.isArray(list) ? list.filter(isObject) : [];
  return errors
    .map((error) =>
      [textOf(pickField(error, 'message')), textOf(pickField(error, 'description'))]
        .filter((part) => part !== undefined)
        .join(': '),
    )
    .filter((words) => words !== '')
    .join('; ');
}

/** An event for an unknown user fails, which only the page about users says, with its 404; the event page promises "an error". */
function isUserUnknown(response: HttpResponse): boolean {
  return (
    response.status >= 400 && response.status < 500 && /user not found|email does not exist/i.test(errorWords(response))
  );
}

function readAnswer(response: HttpResponse): Outcome | undefined {
  const { status } = response;
  const words = errorWords(response);
  if (status === 200) {
    if (words !== '') return { state: 'rejected', reason: `VTmarketing refused the event: ${words}` };
    return { state: 'delivered', reason: 'VTmarketing has created the event' };
  }
  if (isUserUnknown(response))
    return { state: 'rejected', reason: 'VTmarketing still does not know the user after adding it' };
  if (status === 401 || status === 403) {
    return {
      state: 'held',
      reason: `VTmarketing does not accept the API key (${status}): copy it again, and have the account manager enable the API`,
    };
  }
  if (status === 404 || status === 405 || (status >= 300 && status < 400)) {
    return {
      state: 'held',
      reason: `VTmarketing has no events at this address (${status}): switch trailingSlash, check baseUrl`,
    };
  }
  if (status > 200 && status < 300) {
    return { state: 'rejected', reason: `VTmarketing answered ${status}; only 200 means that the event was created` };
  }
  if (status >= 400 && status < 500 && ![408, 425, 429].includes(status)) {
    return { state: 'rejected', reason: `VTmarketing refused the event: ${words === '' ? String(status) : words}` };
  }
  return undefined;
}

/** An event without its content is refused by its content only when key and address are right. */
function readTest(response: HttpResponse): { ok: boolean; message: string } {
  if (response.status === 400)
    return { ok: true, message: 'VTmarketing accepts the API key (the empty test event was refused, as expected)' };
  const outcome = readAnswer(response);
  if (outcome?.state === 'delivered') return { ok: true, message: 'VTmarketing accepts the API key' };
  return { ok: false, message: outcome?.reason ?? `VTmarketing answered ${response.status}: try again later` };
}

export default defineDestination({
  name: 'vtmarketing',
  title: 'VTmarketing',
  docs: 'https://help.vtcdn.net/kb/serverside-integration/',
  audience: 'every-order',
  transport: 'server',
  clickParams: [],
  needs: { consent: ['marketing'], email: true },
  uses: ['email', 'phone', 'firstName', 'lastName', 'country', 'city'],
  limits: { concurrency: 4, deadline: days(7), timeout: seconds(10) },
  // "orderId is needed to uniquely add orders to a user": the same order again is the same order.
  idempotent: true,
  basis: () => 'total',
  settings: {
    apiKey: { label: 'API key', help: 'Account settings at VTmarketing', secret: true, required: true },
    feedId: {
      label: 'Product feed id',
      help: 'Which field of our items is the id that the product feed and the on-site events use',
      options: ['sku', 'name'],
      default: 'sku',
    },
    trailingSlash: {
      label: 'Slash at the end of the address',
      help: 'on: /v1/event/ as on the event pages; off: /v1/event as in the API overview',
      kind: 'boolean',
      default: true,
    },
    baseUrl: { label: 'API address', kind: 'url', default: 'https://api.vtcdn.net' },
  },
  conversion: (report, settings) =>
    call(settings, { method: 'POST', url: eventAddress(settings), body: payload(report, settings) }),
  outcome: readAnswer,
  remedy: (response, { order }, settings) => {
    if (!isUserUnknown(response)) return undefined;
    const url = `${String(settings['baseUrl'])}/v1/user/${percentEncode(email(order))}?upsert=true`;
    return {
      reason: 'VTmarketing does not know the user: adding it, then once again',
      request: call(settings, { method: 'PUT', url, body: attributes(order) }),
    };
  },
  test: {
    request: (settings) => call(settings, { method: 'POST', url: eventAddress(settings), body: {} }),
    verdict: readTest,
  },
  testAdvice:
    'The account manager must have enabled the API. Items count only where their id is the one of the product feed (setting feedId).',
});
