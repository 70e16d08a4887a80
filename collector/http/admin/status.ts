/** Admin API: the doctor's findings, the audit log, and forgetting a person. */
import { Router } from 'express';
import { diagnose } from '../../admin/doctor/diagnose.ts';
import { packageVersion } from '../../lib/package-root.ts';
import type { Problem } from '../../../wire/problem.ts';
import type { EraseOrder } from '../../privacy/erase.ts';
import { SUBJECTS } from '../../privacy/subject.ts';
import { sendProblems } from '../problem.ts';
import type { AdminDeps } from './deps.ts';
import { bodyOf, knownSites, queryText } from './read.ts';
import { actorOf } from './access/who.ts';

export function adminStatusRouter(deps: AdminDeps): Router {
  const { read, write, sites, seal, clock, environment, sender, askSelf, tagFolder } = deps;
  const router = Router();

  /** Vendors and the public address are asked only with `?test=1`: a page that looks every minute must not. */
  router.get('/status', async (request, response) => {
    const test = queryText(request, 'test') === '1';
    const now = clock();
    const findings = await diagnose({
      ...{ environment, tagFolder, now },
      openData: async () => ({ store: read, sites: await sites(), seal }),
      ...(test ? { ask: { vendors: sender.send, self: askSelf } } : {}),
    });
    response.json({
      version: packageVersion(),
      at: new Date(now).toISOString(),
      well: findings.every(({ level }) => level !== 'fail'),
      findings,
      counts: await read.counts(),
    });
  });

  router.get('/audit', async (request, response) => {
    const before = queryText(request, 'before');
    const entries = await read.auditLog({ limit: 100, ...(before === undefined ? {} : { before }) });
    response.json({ audit: entries.map(({ at, ...entry }) => ({ ...entry, at: new Date(at).toISOString() })) });
  });

  router.post('/erase', async (request, response) => {
    const body = bodyOf(request);
    const all = await knownSites(deps);
    const wish = readErasure(body, all);
    if ('problems' in wish) return sendProblems(response, 422, wish.problems);
    const erased = await write.erasePerson({ ...wish, now: clock(), actor: actorOf(response) });
    response.json({ erased, ...(wish.dryRun ? { dryRun: true } : {}) });
  });
  return router;
}

/** Whom to erase, and where: a slip of the hand must neither erase what was to be rehearsed nor look like a person whom nobody knows. */
function readErasure(
  body: Record<string, unknown>,
  all: readonly string[],
): (Pick<EraseOrder, 'by' | 'value' | 'sites'> & { dryRun: boolean }) | { problems: Problem[] } {
  const named = SUBJECTS.filter((by) => typeof body[by] === 'string' && body[by].trim() !== '');
  const [by] = named;
  const { site, dryRun } = body;
  const problems: Problem[] = [];
  if (by === undefined || named.length > 1)
    problems.push({ field: 'body', message: 'must name the person by one of email, phone, customer and visitor' });
  if (site !== undefined && !all.includes(String(site)))
    problems.push({ field: 'site', message: `must be a site that is known: ${all.join(', ')}` });
  if (dryRun !== undefined && typeof dryRun !== 'boolean')
    problems.push({ field: 'dryRun', message: 'must be true or false' });
  if (problems.length > 0 || by === undefined) return { problems };
  const sites = site === undefined ? all : [String(site)];
  return { by, value: String(body[by]).trim(), sites, dryRun: dryRun === true };
}
