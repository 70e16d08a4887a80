/**
 * VTmarketing's users: read, create, update, upsert. Only `isSubscribed` itself subscribes anybody.
 * http://help.vtcdn.net/knowledge-base/how-to-update-an-user-through-api/
 */
import { createHash } from 'node:crypto';
import { type Exchange, json, type Reply } from '../../reply.ts';

interface UserRules {
  users: readonly string[];
  everybody: boolean;
}

export function createUsers(rules: () => UserRules) {
  const users = new Map<string, Record<string, unknown>>();
  const keyOf = (email: string) => email.toLowerCase();
  const exists = (email: string) =>
    rules().everybody || users.has(keyOf(email)) || rules().users.some((known) => keyOf(known) === keyOf(email));

  function store(email: string, attributes: Record<string, unknown>): Reply {
    const given = { ...attributes };
    // "Invalid attribute values are ignored silently."
    if (typeof given['isSubscribed'] !== 'boolean') delete given['isSubscribed'];
    const message = exists(email) ? 'User updated' : 'User created';
    users.set(keyOf(email), { isSubscribed: false, ...users.get(keyOf(email)), ...given, email });
    return json(200, { results: [{ message, email }], object: { _id: idOf(email) } });
  }

  function answer(exchange: Exchange, body: Record<string, unknown> | undefined): Reply {
    const email = decoded(exchange.path.slice('/v1/user/'.length));
    if (exchange.method === 'POST' && email === '') {
      const named = String(body?.['email'] ?? '');
      return isEmail(named) ? store(named, body ?? {}) : invalid();
    }
    if (!isEmail(email)) return invalid();
    if (exchange.method === 'GET') {
      const known = { email, ...users.get(keyOf(email)) };
      return exists(email) ? json(200, { results: [known], object: { _id: idOf(email) } }) : unknown();
    }
    if (exchange.method !== 'PUT') return json(405, { errors: [{ message: 'Method not allowed', description: '' }] });
    if (body === undefined) return invalid();
    return exists(email) || exchange.query.get('upsert') === 'true' ? store(email, body) : unknown();
  }

  return {
    exists,
    answer,
    counts: () => ({
      users: users.size,
      subscribed: [...users.values()].filter((user) => user['isSubscribed'] === true).length,
    }),
    reset: () => users.clear(),
  };
}

const isEmail = (text: string) => /^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(text);
const idOf = (email: string) => createHash('sha256').update(email.toLowerCase()).digest('hex').slice(0, 24);

const invalid = (): Reply =>
  json(400, { errors: [{ message: 'Invalid data format/type', description: 'The email or the body is not valid' }] });
const unknown = (): Reply =>
  json(404, { errors: [{ message: 'User not found', description: 'This email does not exist in our database.' }] });

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return ''; // a broken escape names nobody
  }
}
