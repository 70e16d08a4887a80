/** Reads refused orders again, after a fix of the rules or the site: those that pass leave quarantine. */
import type { Problem } from '../../wire/problem.ts';
import type { Sites } from '../configuration/sites.ts';
import type { FrontDoor } from '../ingest/front-door.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { Work } from '../intake/command.ts';
import { type IntakeRequest, readRequest } from '../intake/read-request.ts';
import { shopCommand } from '../intake/read-shop-order.ts';
import type { Clock } from '../lib/clock.ts';
import type { Seal } from '../lib/seal.ts';
import type { Arrival, Quarantined } from '../model/quarantined.ts';
import type { Store } from '../store/store.ts';

export interface Replayed {
  id: string;
  result: string;
  errors?: Problem[];
}

export interface ReplayDeps {
  store: Pick<Store, 'quarantine' | 'dropQuarantine'>;
  receive: FrontDoor['receive'];
  ingest: Ingest['ingest'];
  sites: () => Promise<Sites>;
  seal: Seal;
  clock: Clock;
  /** Told what got something to send. */
  wake: (work: readonly Work[]) => void;
}

const ALL = 1_000_000;

/** Oldest first. All of a site, or of every site, unless ids are given. */
export async function replayQuarantine(
  want: { ids: readonly string[]; site?: string; actor: string },
  deps: ReplayDeps,
): Promise<Replayed[]> {
  const filter = want.site === undefined ? {} : { site: want.site };
  const rows = (await deps.store.quarantine({ ...filter, limit: ALL })).filter(
    ({ id }) => want.ids.length === 0 || want.ids.includes(id),
  );
  const results: Replayed[] = [];
  for (const row of rows.reverse()) {
    const body = deps.seal.open(row.body);
    const result = row.route === 'orders' ? await report(row, body, deps) : await replayRow(row, body, deps);
    results.push(result);
  }
  // Taken orders leave together with the entry that says who read them again: were this to fail, they would be read once more, as duplicates.
  const taken = results.filter(({ result }) => result !== 'invalid').map(({ id }) => id);
  const detail = { read: results.length, ...filter };
  await deps.store.dropQuarantine(taken, { at: deps.clock(), actor: want.actor, action: 'quarantine replay', detail });
  return results;
}

/** A person has mended the body of a refused order: it is read as if it had been sent so. Undefined where there is no such order. */
export async function mendQuarantined(
  { id, body, actor }: { id: string; body: string; actor: string },
  deps: ReplayDeps,
): Promise<Replayed | undefined> {
  const [row] = await deps.store.quarantine({ id });
  if (!row) return undefined;
  // Looked at first: what is still wrong would be kept as one more refused order.
  const errors = await problemsOfBody(row, body, deps);
  if (errors) return { id, result: 'invalid', errors };
  const mended = row.route === 'orders' ? await report(row, body, deps) : await replayRow(row, body, deps);
  if (mended.result === 'invalid') return mended;
  const detail = { site: row.site, result: mended.result };
  await deps.store.dropQuarantine([id], { at: deps.clock(), actor, action: 'quarantine mend', detail });
  return mended;
}

const NOT_JSON: Problem[] = [{ field: 'body', message: 'is not JSON' }];

function parsedBody(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

async function problemsOfBody(
  row: Quarantined,
  body: string,
  { sites, seal }: ReplayDeps,
): Promise<Problem[] | undefined> {
  const input = parsedBody(body);
  if (input === undefined) return NOT_JSON;
  const site = (await sites()).byId.get(row.site);
  if (!site) return [{ field: 'site', message: 'is gone' }];
  if (row.route === 'orders') return shopCommand(input, site, row.at).refused?.errors;
  const read = readRequest(requestOf(row, body, seal), site, row.at);
  return 'refusal' in read ? read.refusal.problems : undefined;
}

/** A person drops refused orders for good: how many went. */
export function dropQuarantined(
  { ids, actor }: { ids: string[]; actor: string },
  { store, now }: { store: Pick<Store, 'dropQuarantine'>; now: number },
): Promise<number> {
  return store.dropQuarantine(ids, { at: now, actor, action: 'quarantine drop', detail: {} });
}

/** The request that was refused, or would have been sent right: of the same browser, from the same page, at its time. */
function requestOf({ route, site, at, arrival }: Quarantined, body: string, seal: Seal): IntakeRequest {
  const told = arrival ? (JSON.parse(seal.open(arrival)) as Arrival) : {};
  return { ...told, route: route as IntakeRequest['route'], site, body, at };
}

/** What a browser had sent goes through the browsers' door again. */
async function replayRow(row: Quarantined, body: string, deps: ReplayDeps): Promise<Replayed> {
  const request = requestOf(row, body, deps.seal);
  const { answers, work, later } = await deps.receive([request]);
  const late = await later?.get(0);
  deps.wake(late?.work ?? work);
  const answered = late?.answer ?? answers[0]!;
  const parsed = JSON.parse(answered.body) as { result?: string; errors?: Problem[] };
  if (answered.status < 300) return { id: row.id, result: parsed.result ?? 'accepted' };
  return { id: row.id, result: 'invalid', ...(parsed.errors ? { errors: parsed.errors } : {}) };
}

async function report(row: Quarantined, body: string, deps: ReplayDeps): Promise<Replayed> {
  const inForce = (await deps.sites()).byId.get(row.site);
  if (!inForce) return { id: row.id, result: 'invalid', errors: [{ field: 'site', message: 'is gone' }] };
  const input = parsedBody(body);
  if (input === undefined) return { id: row.id, result: 'invalid', errors: NOT_JSON };
  const { command, refused } = shopCommand(input, inForce, row.at);
  if (refused) return { id: row.id, result: 'invalid', ...(refused.errors ? { errors: refused.errors } : {}) };
  const { replies, work } = await deps.ingest([command]);
  deps.wake(work);
  const reply = replies[0];
  if (reply?.type !== 'order') return { id: row.id, result: 'invalid' };
  return { id: row.id, result: reply.result, ...(reply.errors ? { errors: reply.errors } : {}) };
}

/** A refused order as it is listed: without its body. */
export function viewQuarantined({ id, site, route, at, errors, seen }: Quarantined) {
  return { id, site, route, at: new Date(at).toISOString(), seen, errors };
}
