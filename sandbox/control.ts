/**
 * The control API: how a rehearsal (or a test) reads what a vendor received and tells it how to fail.
 *
 * - `GET /sandbox/api` names the vendors, `GET /sandbox/api/VENDOR[?limit=N]` shows one (the newest N of each list)
 * - `POST /sandbox/api/VENDOR/script` replaces the scripted failures, or appends to them
 * - `POST /sandbox/api/VENDOR/settings` changes what it expects
 * - `DELETE /sandbox/api/VENDOR` forgets everything: log, records, script, settings
 */
import type { Problem } from '../wire/problem.ts';
import type { Booth } from './booth.ts';
import { type Exchange, json, type Reply } from './reply.ts';
import { COMMON_KINDS, parseScript } from './script.ts';

/** `undefined` for a path that is not the control API's. */
export function answerControl(exchange: Exchange, booths: Map<string, Booth>): Reply | undefined {
  const [, sandbox, api, name, verb, ...more] = exchange.path.split('/');
  if (sandbox !== 'sandbox' || api !== 'api') return undefined;
  if (name === undefined || name === '') return json(200, { vendors: [...booths.values()].map(summary) });
  const booth = booths.get(name);
  if (!booth || more.length > 0) {
    return refuse(404, [{ field: 'vendor', message: `must be one of ${[...booths.keys()].join(', ')}` }]);
  }
  const route = `${exchange.method} ${verb ?? ''}`.trim();
  if (route === 'GET') return show(exchange, booth);
  if (route === 'DELETE') return reset(booth);
  if (route === 'POST script' || route === 'POST settings') return change(exchange, booth, route);
  return refuse(405, [{ field: '', message: 'use GET, DELETE, POST …/script or POST …/settings' }]);
}

function show(exchange: Exchange, booth: Booth): Reply {
  const limit = Number(exchange.query.get('limit') ?? Infinity);
  const newest = <T>(list: readonly T[]) => (list.length > limit ? list.slice(list.length - limit) : list);
  return json(200, {
    ...summary(booth),
    settings: booth.vendor.settings.shown(),
    script: booth.script.pending(),
    recorded: newest(booth.vendor.recorded(limit)),
    received: booth.log.list(limit),
  });
}

function summary({ vendor, log }: Booth) {
  return { name: vendor.name, title: vendor.title, counts: { requests: log.total(), ...vendor.counts() } };
}

/** Script and records go together: a half-reset vendor would make the next rehearsal lie. */
function reset(booth: Booth): Reply {
  booth.vendor.reset();
  booth.vendor.settings.reset();
  booth.script.load([], false);
  booth.log.clear();
  return { status: 204 };
}

function change(exchange: Exchange, booth: Booth, route: string): Reply {
  // Only JSON: a page of another origin cannot send it without a preflight, which nobody answers here.
  if (!(exchange.headers['content-type'] ?? '').startsWith('application/json')) {
    return refuse(415, [{ field: '', message: 'send application/json' }]);
  }
  let input: unknown;
  try {
    input = JSON.parse(exchange.body);
  } catch (error) {
    return refuse(400, [{ field: '', message: `is not JSON: ${(error as Error).message}` }]);
  }
  if (route === 'POST settings') {
    const problems = booth.vendor.settings.configure(input);
    return problems.length > 0 ? refuse(400, problems) : json(200, { settings: booth.vendor.settings.shown() });
  }
  const kinds = [...new Set([...COMMON_KINDS, ...Object.keys(booth.vendor.scripted ?? {})])];
  const script = parseScript(input, kinds);
  if ('errors' in script) return refuse(400, script.errors);
  booth.script.load(script.answers, script.append);
  return json(200, { script: booth.script.pending() });
}

const refuse = (status: number, errors: Problem[]): Reply => json(status, { errors });
