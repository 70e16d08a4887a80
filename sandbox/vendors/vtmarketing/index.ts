/**
 * VTmarketing's event and user APIs in the sandbox: raw key, real JSON types, a user before any event.
 * https://help.vtcdn.net/kb/how-to-send-events-via-api/
 */
import { type Exchange, json, type Reply } from '../../reply.ts';
import { createSettings } from '../../settings.ts';
import type { Vendor, VendorFactory } from '../../vendor.ts';
import { type Confirmation, readEvent } from './event.ts';
import { createUsers } from './users.ts';

interface RecordedOrder extends Confirmation {
  at: string;
  duplicates: number;
}

const refuse = (status: number, message: string, description: string): Reply =>
  json(status, { errors: [{ message, description }] });

export const vtmarketing: VendorFactory = (): Vendor => {
  const settings = createSettings(
    {
      /** Expected key; empty accepts any. */
      apiKey: '',
      /** The documents contradict each other: the event page ends its address with a slash, the overview forbids it. */
      slash: 'with',
      /** Users that exist from the start. */
      users: [] as string[],
      /** True lets events reach any address, as if all were users. */
      everybody: false,
    },
    { slash: ['with', 'without', 'either'] },
  );
  const rules = settings.now;
  const users = createUsers(() => rules);
  const orders = new Map<string, RecordedOrder>();
  const counts = { events: 0, duplicates: 0, refused: 0 };
  let unnamed = 0;

  function record({ at, confirmation }: { at: number; confirmation: Confirmation }): void {
    // "orderId … needed to uniquely add orders to an user": without one, each event is another order.
    unnamed += confirmation.orderId === '' ? 1 : 0;
    const key = `${confirmation.email.toLowerCase()}\n${confirmation.orderId || `unnamed ${unnamed}`}`;
    const known = orders.get(key);
    counts.events += 1;
    if (known) counts.duplicates += 1;
    orders.set(key, {
      at: known?.at ?? new Date(at).toISOString(),
      ...confirmation,
      duplicates: known ? known.duplicates + 1 : 0,
    });
  }

  function event(exchange: Exchange): Reply {
    const input = body(exchange);
    if (input === undefined) return refuse(400, 'Invalid data format/type', 'Send a JSON object as application/json');
    const reading = readEvent(input);
    if ('message' in reading) return refuse(400, reading.message, reading.description);
    if (!users.exists(reading.email)) {
      return refuse(404, 'User not found', 'This email does not exist in our database.');
    }
    record({ at: exchange.at, confirmation: reading });
    return json(200, {
      results: { message: 'Event created', email: 'Event was created for the specified user' },
    });
  }

  function route(exchange: Exchange): Reply {
    const { path, method } = exchange;
    const denied = keyProblem(exchange.headers['authorization'], rules.apiKey);
    if (denied !== undefined) return refuse(401, 'Unauthorized', denied);
    if (path === '/v1/event' || path === '/v1/event/') {
      const wanted = { with: '/v1/event/', without: '/v1/event', either: path }[rules.slash];
      if (path !== wanted) return { status: 301, headers: { location: `${exchange.base}${wanted}` } };
      return method === 'POST' ? event(exchange) : refuse(405, 'Method not allowed', 'Events are sent with POST');
    }
    if (path.startsWith('/v1/user/')) return users.answer(exchange, body(exchange));
    return refuse(404, 'Not found', 'There is no such resource; paths are case-sensitive');
  }

  function handle(exchange: Exchange): Reply {
    const reply = route(exchange);
    if (reply.status >= 400) counts.refused += 1;
    return reply;
  }

  return {
    name: 'vtmarketing',
    title: 'VTmarketing',
    about:
      'Takes orders of users that it knows. Raw key, JSON numbers that are numbers; PUT /v1/user/EMAIL?upsert=true makes a user, and no event ever subscribes one.',
    columns: ['at', 'orderId', 'email', 'total', 'currency', 'status', 'items', 'duplicates'],
    settings,
    handle,
    scripted: {
      validation: () => refuse(400, 'Missing event information', 'Please send event information along with user'),
      unauthorized: () => refuse(401, 'Unauthorized', 'The API key is not valid'),
      forbidden: () => refuse(403, 'Forbidden', 'The API is not enabled for this account'),
    },
    recorded: () => [...orders.values()],
    counts: () => ({ orders: orders.size, ...counts, ...users.counts() }),
    reset() {
      orders.clear();
      users.reset();
      unnamed = 0;
      Object.assign(counts, { events: 0, duplicates: 0, refused: 0 });
    },
  };
};

function keyProblem(header: string | undefined, expected: string): string | undefined {
  if (header === undefined || header === '') return 'Send the API key in the Authorization header';
  if (/^(Bearer|Basic|Token)\s/i.test(header)) return 'Send the API key as it is, without a scheme';
  return expected === '' || header === expected ? undefined : 'The API key is not valid';
}

function body({ headers, body: text }: Exchange): Record<string, unknown> | undefined {
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) return undefined;
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined; // not JSON: refused by the caller
  }
}
