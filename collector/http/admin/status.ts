/** Admin API: the doctor's findings, the audit log, showing a person what is held about them, and forgetting them. */
import { Router } from 'express';
import { diagnoseMachine } from '../../admin/doctor/diagnose.ts';
import { exportPerson, personLines } from '../../admin/people/export-person.ts';
import { packageVersion } from '../../lib/package-root.ts';
import type { Problem } from '../../../wire/problem.ts';
import type { EraseOrder } from '../../privacy/erase.ts';
import { SUBJECTS } from '../../privacy/subject.ts';
import { sendProblems } from '../problem.ts';
import type { AdminDeps } from './deps.ts';
import { bodyOf, knownSites, queryText } from './read.ts';
import { sendLines } from './send-lines.ts';
import { actorOf } from './access/who.ts';

export function adminStatusRouter(deps: AdminDeps): Router {
  const { read, write, sites, seal, clock, environment, sender, askSelf, tagFolder } = deps;
  const router = Router();

  /** Vendors and the public address are asked only with `?test=1`: a page that looks every minute must not. */
  router.get('/status', async (request, response) => {
    const test = queryText(request, 'test') === '1';
    const now = clock();
    const findings = await diagnoseMachine({
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
    const wish = readPerson(body, await knownSites(deps));
    if ('problems' in wish) return sendProblems(response, 422, wish.problems);
    const erased = await write.erasePerson({ ...wish, now: clock(), actor: actorOf(response) });
    response.json({ erased, ...(wish.dryRun ? { dryRun: true } : {}) });
  });

  router.post('/person', async (request, response) => {
    const body = bodyOf(request);
    const asked = readPerson(body, await knownSites(deps));
    if ('problems' in asked) return sendProblems(response, 422, asked.problems);
    const by = { read, sites, seal, clock, log: write.addAudit.bind(write) };
    const file = await exportPerson({ ...asked, actor: actorOf(response) }, by);
    if (body.format === undefined) return void response.json(file);
    // No name in the name of a file, which stands in the list of downloads.
    const isTable = body.format === 'csv';
    await sendLines(response, {
      name: `clickthread-person.${isTable ? 'csv' : 'json'}`,
      type: isTable ? 'text/csv' : 'application/json',
      lines: isTable ? personLines(file) : [JSON.stringify(file, null, 2)],
    });
  });
  return router;
}

/** Whose, and where: a slip of the hand must neither erase what was to be rehearsed nor look like a person whom nobody knows. */
function readPerson(
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
