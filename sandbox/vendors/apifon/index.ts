/** Apifon: token endpoint, lists, subscribers and the bounce list under `/services/api/v1`. Its API has no orders, so neither has this. */
import { randomUUID } from 'node:crypto';
import { type Exchange, json, type Reply } from '../../reply.ts';
import { createSettings } from '../../settings.ts';
import type { Vendor } from '../../vendor.ts';
import { type Gate, openGate } from './auth.ts';
import { type ApifonLists, isBlocked, keyOf, openLists, type Subscriber, subscriberProblem } from './lists.ts';

export interface ApifonVendor extends Vendor {
  lists: ApifonLists;
  gate: Gate;
}

const ROOT = '/services/api/v1';

export function apifon({ clock }: { clock: () => number }): ApifonVendor {
  const settings = createSettings({
    clientId: 'sandbox-client',
    clientSecret: 'sandbox-client-secret',
    hmacToken: 'sandbox-token',
    hmacSecret: 'sandbox-hmac-secret',
    tokenLife: 3600,
    /** Requests a second beyond which it answers 429; 0 for no limit. */
    perSecond: 0,
  });
  const seen: number[] = [];
  const vendor: ApifonVendor = {
    name: 'apifon',
    title: 'Apifon',
    about: 'Lists and subscribers with OAuth2 or HMAC checked byte for byte; blocked contacts cannot be subscribed.',
    columns: ['key', 'subscribed', 'fields'],
    settings,
    lists: openLists(),
    gate: openGate(settings.now),
    handle(exchange) {
      if (exchange.path === '/oauth2/token') return vendor.gate.token(exchange);
      if (!exchange.path.startsWith(`${ROOT}/`)) return answer(404, 'No such resource');
      const refused = vendor.gate.refuse(exchange);
      if (refused) return refused;
      while (seen.length > 0 && seen[0]! <= clock() - 1000) seen.shift();
      seen.push(clock());
      if (settings.now.perSecond > 0 && seen.length > settings.now.perSecond) {
        return {
          ...answer(429, 'Too many requests'),
          headers: { 'content-type': 'application/json', 'retry-after': '1' },
        };
      }
      return route(exchange, vendor.lists);
    },
    recorded: () => [...vendor.lists.subscribers.values()],
    counts: () => ({
      lists: vendor.lists.lists.size,
      subscribers: vendor.lists.subscribers.size,
      tokens: vendor.gate.issued(),
    }),
    reset() {
      vendor.lists = openLists();
      vendor.gate.expireTokens();
    },
  };
  return vendor;
}

function answer(
  status: number,
  description: string,
  more: { http?: number; results?: unknown; headers?: Record<string, string> } = {},
): Reply {
  const body = {
    request_id: randomUUID(),
    results: more.results ?? {},
    result_info: { status_code: status, description },
  };
  return json(more.http ?? status, body, more.headers);
}

function route(exchange: Exchange, lists: ApifonLists): Reply {
  const { method, base } = exchange;
  const parts = exchange.path.slice(ROOT.length + 1).split('/');
  const body = readBody(exchange);
  if (!body) return answer(400, 'The body is not a JSON object');
  const [resource = '', id = '', sub, key = '', verb] = parts;
  const address = (path: string) => `${base}${ROOT}/list/${path}`;
  if (resource === 'balance' && method === 'POST') return answer(200, 'OK', { results: { balance: 12.5 } });
  if (exchange.path === `${ROOT}/bounce/subscriber/block` && method === 'POST') {
    lists.blocked.set(String(body['destination']).toLowerCase(), String(body['reason']));
    return { status: 200 };
  }
  if (resource !== 'list') return answer(404, 'No such resource');
  if (id === '') return wholeList({ method, body, lists, address });
  const list = lists.lists.get(id);
  if (!list) return answer(404, 'List not found');
  if (sub === undefined) return oneList({ method, body, lists, list, address });
  if (sub !== 'subscriber') return answer(404, 'No such resource');
  if (key === '') return addSubscriber({ method, body, lists, list: id, address });
  const subscriber = lists.subscribers.get(`${id}/${key}`);
  if (!subscriber) return answer(404, 'Subscriber not found');
  if (verb !== undefined) return turn({ method, verb, lists, subscriber });
  return oneSubscriber({ method, body, lists, subscriber, address });
}

function readBody({ method, body, headers }: Exchange): Record<string, unknown> | undefined {
  if (body === '') return {};
  if (method === 'GET' || !(headers['content-type'] ?? '').startsWith('application/json')) return undefined;
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

interface Call {
  method: string;
  body: Record<string, unknown>;
  lists: ApifonLists;
  address: (path: string) => string;
}

function wholeList({ method, body, lists, address }: Call): Reply {
  if (method === 'GET') {
    const all = [...lists.lists.values()].map((list) => ({ id: list.id, ...list.fields }));
    return answer(200, 'OK', { results: { lists: all, paging: { total: all.length } } });
  }
  if (method !== 'POST') return answer(405, 'Method not allowed');
  if (!Object.values(body).some((value) => typeof value === 'string' && value !== ''))
    return answer(400, 'A list needs a name');
  const id = String(1000 + lists.lists.size);
  lists.lists.set(id, { id, fields: body });
  return answer(201, 'Created', { headers: { location: address(id) } });
}

function oneList({
  method,
  body,
  lists,
  list,
  address,
}: Call & { list: { id: string; fields: Record<string, unknown> } }): Reply {
  if (method === 'GET') return answer(200, 'OK', { results: { id: list.id, ...list.fields } });
  if (method === 'DELETE') {
    lists.lists.delete(list.id);
    return { status: 200 };
  }
  if (method !== 'PUT') return answer(405, 'Method not allowed');
  list.fields = { ...list.fields, ...body };
  return answer(200, 'OK', { headers: { 'content-location': address(list.id) } });
}

function addSubscriber({ method, body, lists, list, address }: Call & { list: string }): Reply {
  if (method === 'GET') {
    const all = [...lists.subscribers.values()].filter((one) => one.list === list);
    return answer(200, 'OK', { results: { subscribers: all.map(shown), paging: { total: all.length } } });
  }
  if (method !== 'POST') return answer(405, 'Method not allowed');
  const problem = subscriberProblem(body);
  if (problem) return answer(400, problem);
  // Success on the wire, refusal in the body: why `result_info` must be read.
  if (isBlocked(lists, body)) return answer(403, 'Subscriber is blocked', { http: 200 });
  const key = keyOf(body);
  const headers = { location: address(`${list}/subscriber/${key}`) };
  if (lists.subscribers.has(`${list}/${key}`)) return answer(409, 'Subscriber exists', { headers });
  lists.subscribers.set(`${list}/${key}`, { list, key, fields: body, subscribed: false });
  return answer(201, 'Created', { headers });
}

const shown = ({ key, fields, subscribed }: Subscriber) => ({ lookup_md5: key, ...fields, subscribed });

function oneSubscriber({ method, body, lists, subscriber, address }: Call & { subscriber: Subscriber }): Reply {
  const place = `${subscriber.list}/${subscriber.key}`;
  if (method === 'GET') return answer(200, 'OK', { results: shown(subscriber) });
  if (method === 'DELETE') {
    lists.subscribers.delete(place);
    return { status: 200 };
  }
  if (method !== 'PUT') return answer(405, 'Method not allowed');
  const fields = { ...subscriber.fields, ...body };
  const problem = subscriberProblem(fields);
  if (problem) return answer(400, problem);
  if (isBlocked(lists, fields)) return answer(403, 'Subscriber is blocked', { http: 200 });
  // A new e-mail is a new lookup key; the reply tells it.
  const key = keyOf(fields);
  lists.subscribers.delete(place);
  lists.subscribers.set(`${subscriber.list}/${key}`, { ...subscriber, key, fields });
  return answer(200, 'OK', { headers: { 'content-location': address(`${subscriber.list}/subscriber/${key}`) } });
}

function turn({
  method,
  verb,
  lists,
  subscriber,
}: {
  method: string;
  verb: string;
  lists: ApifonLists;
  subscriber: Subscriber;
}): Reply {
  if (method !== 'POST' || (verb !== 'subscribe' && verb !== 'unsubscribe')) return answer(405, 'Method not allowed');
  if (verb === 'subscribe' && isBlocked(lists, subscriber.fields))
    return answer(403, 'Subscriber is blocked', { http: 200 });
  subscriber.subscribed = verb === 'subscribe';
  return { status: 200 };
}
