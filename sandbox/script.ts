/**
 * Scripted failures: what the next requests to a vendor will meet. Set through `POST /sandbox/api/VENDOR/script`.
 *
 * An answer is used for `times` requests (1 unless given) or for `forMs` milliseconds from when it was set, and only by requests
 * that fit its `method` and contain its `path`. Answers are used in their order; a request that fits none is handled as usual.
 */
import type { Clock } from '../collector/lib/clock.ts';
import type { Problem } from '../wire/problem.ts';
import type { Exchange } from './reply.ts';

/** What every vendor can be told to do. Others are named by the vendor (`late-rejection`, `duplicate`, `code`). */
export const COMMON_KINDS = [
  'status', // answers `status` (and `body`); not recorded unless `recorded`
  'body', // answers 200, or `status`, with `body`; not recorded unless `recorded`
  'rate-limit', // 429 with the header form named in `header`, `seconds` from now
  'validation', // 400 as the vendor words it; `casing` upper or lower where it has two
  'unauthorized', // 401
  'forbidden', // 403
  'hang', // never answers; `recorded` makes it an ambiguous time-out
  'slow', // handled as usual, answered `ms` later
  'reset', // connection reset, nothing recorded
  'reset-after', // recorded, then reset: the caller cannot know
  'garbage', // 200 with a page of HTML; not recorded unless `recorded`
] as const;

export interface ScriptedAnswer {
  kind: string;
  times?: number;
  forMs?: number;
  /** Only requests with this method. */
  method?: string;
  /** Only requests whose path contains this text. */
  path?: string;
  status?: number;
  body?: string;
  header?: 'retry-after' | 'retry-date' | 'reset-seconds' | 'reset-epoch';
  seconds?: number;
  casing?: 'upper' | 'lower';
  ms?: number;
  /** The vendor's reason code, e.g. `CONTRACT_NOT_FOUND`. */
  reason?: string;
  /** Handle and record the request before failing. */
  recorded?: boolean;
  /** CartStack: its code and text. */
  resp?: number;
  text?: string;
}

const FIELDS: Record<string, (value: unknown) => string | undefined> = {
  times: whole(1, 10_000_000),
  forMs: whole(1, 3_600_000),
  status: whole(100, 599),
  seconds: whole(0, 1_000_000),
  ms: whole(0, 60_000),
  resp: whole(0, 999),
  recorded: (value) => (typeof value === 'boolean' ? undefined : 'must be true or false'),
  header: oneOf('retry-after', 'retry-date', 'reset-seconds', 'reset-epoch'),
  casing: oneOf('upper', 'lower'),
  method: oneOf('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
  path: text,
  body: text,
  reason: text,
  text,
};
const REQUIRED: Record<string, string> = { status: 'status', body: 'body', slow: 'ms', 'late-rejection': 'reason' };

/** Checks `{ answers: […], append? }`; every problem names its place. `kinds` are those that the vendor understands. */
export function parseScript(
  input: unknown,
  kinds: readonly string[],
): { answers: ScriptedAnswer[]; append: boolean } | { errors: Problem[] } {
  const script = input as { answers?: unknown; append?: unknown } | null;
  if (typeof script !== 'object' || script === null || !Array.isArray(script.answers)) {
    return {
      errors: [{ field: 'answers', message: 'send { "answers": [{ "kind": "status", "status": 503, "times": 3 }] }' }],
    };
  }
  if (script.answers.length > 1_000) return { errors: [{ field: 'answers', message: 'at most 1,000; use "times"' }] };
  const errors = script.answers.flatMap((answer: unknown, index) => answerProblems(answer, `answers[${index}]`, kinds));
  for (const key of Object.keys(script)) {
    if (key !== 'answers' && key !== 'append') errors.push({ field: key, message: 'unknown; known: answers, append' });
  }
  if (errors.length > 0) return { errors };
  return { answers: script.answers as ScriptedAnswer[], append: script.append === true };
}

function answerProblems(answer: unknown, place: string, kinds: readonly string[]): Problem[] {
  if (typeof answer !== 'object' || answer === null)
    return [{ field: place, message: 'must be an object with a kind' }];
  const given = answer as Record<string, unknown>;
  const kind = String(given['kind']);
  if (!kinds.includes(kind)) return [{ field: `${place}.kind`, message: `must be one of ${kinds.join(', ')}` }];
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (name === 'kind') continue;
    const message = FIELDS[name] ? FIELDS[name](value) : `unknown; known: ${Object.keys(FIELDS).join(', ')}`;
    if (message) problems.push({ field: `${place}.${name}`, message });
  }
  const needed = REQUIRED[kind];
  if (needed && given[needed] === undefined)
    problems.push({ field: `${place}.${needed}`, message: `is needed by "${kind}"` });
  if (given['times'] !== undefined && given['forMs'] !== undefined) {
    problems.push({ field: `${place}.forMs`, message: 'give either "times" or "forMs"' });
  }
  return problems;
}

/** The queue of a vendor. */
export interface Script {
  load(answers: readonly ScriptedAnswer[], append: boolean): void;
  /** The answer this request must meet, if any; uses it up. */
  next(exchange: Exchange): ScriptedAnswer | undefined;
  /** What is still queued, with the remaining number of times. */
  pending(): ScriptedAnswer[];
}

export function createScript(clock: Clock): Script {
  let queue: { answer: ScriptedAnswer; left: number; until: number }[] = [];
  const alive = () => (queue = queue.filter((entry) => entry.left > 0 && entry.until > clock()));
  return {
    load(answers, append) {
      const entries = answers.map((answer) => ({
        answer,
        left: answer.forMs === undefined ? (answer.times ?? 1) : Infinity,
        until: answer.forMs === undefined ? Infinity : clock() + answer.forMs,
      }));
      queue = append ? [...queue, ...entries] : entries;
    },
    next(exchange) {
      if (queue.length === 0) return undefined;
      const entry = alive().find(({ answer }) => fits(answer, exchange));
      if (entry) entry.left -= 1;
      return entry?.answer;
    },
    pending: () => alive().map(({ answer, left }) => (left === Infinity ? answer : { ...answer, times: left })),
  };
}

function fits(answer: ScriptedAnswer, exchange: Exchange): boolean {
  return (answer.method ?? exchange.method) === exchange.method && exchange.path.includes(answer.path ?? '');
}

function whole(least: number, most: number) {
  return (value: unknown): string | undefined =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most
      ? undefined
      : `must be a whole number from ${least} to ${most}`;
}

function oneOf(...words: string[]) {
  return (value: unknown): string | undefined =>
    typeof value === 'string' && words.includes(value) ? undefined : `must be one of ${words.join(', ')}`;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= 10_000 ? undefined : 'must be a text';
}
