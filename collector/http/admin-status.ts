/** Admin API: the doctor's findings, the audit log, and forgetting a person. */
import { Router } from 'express';
import { examine } from '../doctor.ts';
import { addressFindings, fileFindings, folderFindings, tagFinding } from '../doctor-machine.ts';
import { erasePerson } from '../erase.ts';
import { packageVersion } from '../version.ts';
import type { AdminDeps } from './admin.ts';
import { bodyOf, queryText } from './admin-read.ts';
import { sendProblems } from './problem.ts';

const SUBJECTS = ['email', 'customer', 'visitor'] as const;

export function adminStatusRouter(deps: AdminDeps): Router {
  const { read, write, sites, seal, clock, environment, sender, askSelf, file, tagFolder } = deps;
  const router = Router();

  /** Vendors and the public address are asked only with `?test=1`: a page that looks every minute must not. */
  router.get('/status', async (request, response) => {
    const test = queryText(request, 'test') === '1';
    const now = clock();
    const inForce = await sites();
    const domains = [...inForce.byId.values()].map(({ config }) => ({ id: config.id, domains: config.domains }));
    const findings = [
      ...folderFindings(environment),
      ...fileFindings(file, now).findings,
      tagFinding(tagFolder),
      ...(test ? await addressFindings({ environment, sites: domains, send: askSelf }) : []),
      ...(await examine({
        ...{ store: read, sites: inForce, allowPrivate: environment.allowPrivate, now },
        ...(test ? { send: sender.send } : {}),
      })),
    ];
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
    const named = SUBJECTS.filter((by) => typeof body[by] === 'string' && body[by].trim() !== '');
    const [by] = named;
    if (by === undefined || named.length > 1)
      return sendProblems(response, 422, [
        { field: 'body', message: 'must name the person by one of email, customer and visitor' },
      ]);
    const { byId } = await sites();
    const all = [...new Set([...byId.keys(), ...(await read.sitesWithData())])];
    const erased = await erasePerson({
      ...{ by, value: String(body[by]).trim(), store: write, seal, now: clock(), actor: 'admin API' },
      sites: typeof body.site === 'string' ? all.filter((site) => site === body.site) : all,
    });
    response.json({ erased });
  });
  return router;
}
