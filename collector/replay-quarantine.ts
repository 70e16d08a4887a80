/** Reads refused orders again, after a fix of the rules or the site: those that pass leave quarantine. */
import type { FrontDoor } from './front-door.ts';
import type { Ingest } from './ingest.ts';
import type { IntakeRequest } from './intake.ts';
import type { Work } from './command.ts';
import type { Problem } from './event.ts';
import type { Clock } from './lib/clock.ts';
import type { Seal } from './lib/seal.ts';
import { shopCommand } from './shop-command.ts';
import type { Sites } from './sites.ts';
import type { Quarantined, Store } from './store/store.ts';

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
  want: { ids: readonly string[]; site?: string },
  deps: ReplayDeps,
): Promise<Replayed[]> {
  const filter = want.site === undefined ? {} : { site: want.site };
  const rows = (await deps.store.quarantine({ ...filter, limit: ALL })).filter(
    ({ id }) => want.ids.length === 0 || want.ids.includes(id),
  );
  const results: Replayed[] = [];
  for (const row of rows.reverse()) {
    const body = deps.seal.open(row.body);
    const result = row.route === 'orders' ? await report(row, body, deps) : await knock(row, body, deps);
    if (result.result !== 'invalid') await deps.store.dropQuarantine([row.id]);
    results.push(result);
  }
  return results;
}

/** What a browser had sent goes through the browsers' door again. */
async function knock(row: Quarantined, body: string, deps: ReplayDeps): Promise<Replayed> {
  const request: IntakeRequest = { route: row.route as IntakeRequest['route'], site: row.site, body, at: row.at };
  const { answers, work } = await deps.receive([request]);
  deps.wake(work);
  const answered = answers[0]!;
  const parsed = JSON.parse(answered.body) as { result?: string; errors?: Problem[] };
  if (answered.status < 300) return { id: row.id, result: parsed.result ?? 'accepted' };
  return { id: row.id, result: 'invalid', ...(parsed.errors ? { errors: parsed.errors } : {}) };
}

async function report(row: Quarantined, body: string, deps: ReplayDeps): Promise<Replayed> {
  const inForce = (await deps.sites()).byId.get(row.site);
  if (!inForce) return { id: row.id, result: 'invalid', errors: [{ field: 'site', message: 'is gone' }] };
  const { command, refused } = shopCommand(JSON.parse(body), inForce, row.at);
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
