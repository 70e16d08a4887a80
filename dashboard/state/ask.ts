/** Asks the admin API. What it refuses becomes an error with its problems; what has ended or is away is told to whoever listens. */
import type { Problem } from '../../wire/problem.ts';

/** The collector refused: every problem with its field. */
export class Refused extends Error {
  status: number;
  problems: Problem[];
  /** The whole answer, where it says more. */
  body: unknown;
  constructor(status: number, problems: Problem[], body?: unknown) {
    super(problems.map(({ field, message }) => `${field} ${message}`).join('; '));
    this.status = status;
    this.problems = problems;
    this.body = body;
  }
}

/** Nobody answers: the collector restarts, or the way to it is cut. */
export class Away extends Error {}

export type Standing = 'here' | 'ended' | 'away';
type Listener = (standing: Standing) => void;

const listeners = new Set<Listener>();

/** Called whenever an answer shows that the session has ended, the collector is away, or is here again. */
export function onStanding(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
const tell = (standing: Standing): void => listeners.forEach((listener) => listener(standing));

/** `path` is that of a route of the admin API. A change waits for its answer and is never sent twice. */
export async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await reach(method, path, body);
  const text = await response.text();
  if (response.ok) {
    tell('here');
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
  if (response.status === 502 || response.status === 504) throw away();
  if (response.status === 401 && path !== '/session') tell('ended');
  const refusal = parsed(text);
  throw new Refused(response.status, problemsIn(refusal, response.status), refusal);
}

/** Asks for a file by POST, for what must not stand in an address, and hands it to the browser to be kept. */
export async function download(path: string, body: unknown): Promise<void> {
  const response = await reach('POST', path, body);
  if (!response.ok) {
    const refusal = parsed(await response.text());
    throw new Refused(response.status, problemsIn(refusal, response.status), refusal);
  }
  const [, name = 'clickthread.csv'] =
    /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '') ?? [];
  const url = URL.createObjectURL(await response.blob());
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

async function reach(method: string, path: string, body: unknown): Promise<Response> {
  try {
    return await fetch(`api${path}`, {
      method,
      headers: {
        'x-clickthread': 'dashboard',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw away();
  }
}

function away(): Away {
  tell('away');
  return new Away();
}

function problemsIn(body: unknown, status: number): Problem[] {
  const { errors } = (body ?? {}) as { errors?: Problem[] };
  return errors && errors.length > 0 ? errors : [{ field: 'answer', message: String(status) }];
}

/** Undefined for a proxy's own page: its status says enough. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
