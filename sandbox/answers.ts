/** How the common scripted answers look on the wire. Pure: what to send, and whether the vendor sees the request first. */
import { json, type Reply } from './reply.ts';
import type { ScriptedAnswer } from './script.ts';

/** What the server must do with a request. */
export interface Plan {
  /** Whether the vendor handles (and records) the request. */
  handle: boolean;
  /** Sent in place of the vendor's own reply. */
  reply?: Reply;
  /** Milliseconds before the reply. */
  delay?: number;
  /** No reply at all. */
  drop?: 'reset' | 'hang';
}

export function planAnswer(answer: ScriptedAnswer, now: number): Plan {
  const handle = answer.recorded === true;
  switch (answer.kind) {
    case 'status':
    case 'body':
      return { handle, reply: plain(answer.status ?? 200, answer.body ?? '') };
    case 'rate-limit':
      return { handle, reply: rateLimit(answer, now) };
    case 'unauthorized':
      return { handle, reply: json(401, { Status: 'ERROR', Message: 'Authentication failed' }) };
    case 'forbidden':
      return { handle, reply: json(403, { Status: 'ERROR', Message: 'The token does not permit this endpoint' }) };
    case 'validation':
      return {
        handle,
        reply: json(400, { errors: [{ message: 'Validation Failed', description: 'Scripted refusal' }] }),
      };
    case 'hang':
      return { handle, drop: 'hang' };
    case 'slow':
      return { handle: true, delay: answer.ms ?? 0 };
    case 'reset':
      return { handle, drop: 'reset' };
    case 'reset-after':
      return { handle: true, drop: 'reset' };
    case 'garbage':
      return { handle, reply: garbage };
    default:
      return { handle: true };
  }
}

const garbage: Reply = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<!doctype html><title>Maintenance</title><p>We will be back soon {"Status":',
};

function plain(status: number, body: string): Reply {
  const type = /^\s*[{[]/.test(body) ? 'application/json' : 'text/plain; charset=utf-8';
  return { status, headers: { 'content-type': type }, body };
}

/**
 * Vendors disagree on how to say when: `Retry-After` in seconds or as a date, `X-RateLimit-Reset` in seconds or as an epoch.
 * impact.com documents the last two at once: https://integrations.impact.com/impact-brand/reference/rate-limits
 */
function rateLimit({ header = 'retry-after', seconds = 5 }: ScriptedAnswer, now: number): Reply {
  const forms = {
    'retry-after': { 'retry-after': String(seconds) },
    'retry-date': { 'retry-after': new Date(now + seconds * 1000).toUTCString() },
    'reset-seconds': { 'x-ratelimit-reset': String(seconds) },
    'reset-epoch': { 'x-ratelimit-reset': String(Math.ceil(now / 1000) + seconds) },
  };
  const limit = { 'x-ratelimit-limit': '1000', 'x-ratelimit-remaining': '0' };
  return json(429, { Status: 'ERROR', Message: 'Too Many Requests' }, { ...limit, ...forms[header] });
}
