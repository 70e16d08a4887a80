/** Admin API: a network's own report beside what it was told, and what was found before. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Response, Router } from 'express';
import type { Problem } from '../../../../wire/problem.ts';
import type { ReportDeps } from '../../../admin/reconcile/fetch-report.ts';
import { ReportError } from '../../../admin/reconcile/read-report.ts';
import { differenceLines, reconcileFetched, reconcileFile } from '../../../admin/reconcile/reconcile-report.ts';
import { listComparisons, readComparison } from '../../../admin/reconcile/remember-comparison.ts';
import type { Connection } from '../../../configuration/sites.ts';
import type { Command } from '../../../intake/command.ts';
import { parseDuration, seconds } from '../../../lib/duration.ts';
import { readInstant } from '../../../lib/local-time.ts';
import { ConfigurationError, UnknownName } from '../../../model/configuration-error.ts';
import { notesBeside, openBudgetBeside } from '../../../relay/lane/budgets.ts';
import { createTokenKeeper } from '../../../relay/tokens.ts';
import { sendProblems } from '../../problem.ts';
import { actorOf } from '../access/who.ts';
import type { AdminDeps } from '../deps.ts';
import { bodyOf, connectionOf, queryText, siteOf } from '../read.ts';
import { sendLines } from '../send-lines.ts';

export function adminReconcileRouter(deps: AdminDeps): Router {
  const router = Router();
  const { read, sites } = deps;
  const one = '/sites/:site/connections/:id';

  router.post(`${one}/reconcile`, async (request, response) => {
    const connection = await connectionOf(request, sites);
    const { config } = await siteOf(request, sites);
    const body = bodyOf(request);
    const { since, report, columns, ...more } = readReconcile(body, { zone: config.timezone, now: deps.clock() });
    const asked = { ...more, ...(since === undefined ? {} : { from: since }), connection };
    const ingest = (commands: Command[]) => deps.write.ingest(commands);
    const by = { store: deps.write, now: deps.clock(), actor: actorOf(response), ingest, wake: deps.wake };
    try {
      const found =
        report === undefined
          ? await reconcileFetched({ ...asked, from: since! }, { ...by, fetching: await fetchingOf(connection, deps) })
          : await reconcileFile({ ...asked, report, columns }, by);
      if (body.format !== 'csv') return void response.json(found);
      await sendDifferences(response, connection, found);
    } catch (error) {
      if (!(error instanceof ReportError)) throw error;
      const unnamed = `must be named: which column holds the order id? ${error.columns?.join(', ')}`;
      const problem = { field: 'report', message: error.message };
      sendProblems(response, 422, [error.columns ? { field: 'orderColumn', message: unnamed } : problem]);
    }
  });
  router.get(`${one}/comparisons`, async (request, response) => {
    response.json({ comparisons: await listComparisons(await connectionOf(request, sites), read) });
  });
  router.get(`${one}/comparisons/:comparison`, async (request, response) => {
    const connection = await connectionOf(request, sites);
    const id = String(request.params.comparison);
    const found = await readComparison(connection, id, read);
    if (!found) throw new UnknownName('comparison', `there is no comparison "${id.slice(0, 64)}" any more`);
    if (queryText(request, 'format') !== 'csv') return void response.json(found);
    await sendDifferences(response, connection, found);
  });
  return router;
}

const sendDifferences = (
  response: Response,
  { id }: Connection,
  found: Parameters<typeof differenceLines>[0],
): Promise<void> =>
  sendLines(response, {
    name: `clickthread-${id}-differences.csv`,
    type: 'text/csv',
    lines: [differenceLines(found)],
  });

/** Somebody waits for the answer: a network that asks for more patience is asked again later. */
const PATIENCE = seconds(25);

async function fetchingOf(connection: Connection, deps: AdminDeps): Promise<ReportDeps> {
  const { write, sender, seal, sites, clock } = deps;
  return {
    ...{ sender, clock, sleep: pause, random: Math.random, patience: PATIENCE },
    tokens: createTokenKeeper({ store: write, sender, seal, clock }),
    budget: await openBudgetBeside({ connection, store: write, sites, seal, now: clock() }),
    note: notesBeside(connection, write),
  };
}

/** Times are the site's, unless they say otherwise; a duration counts back from now. */
function readReconcile(body: Record<string, unknown>, { zone, now }: { zone: string; now: number }) {
  const problems: Problem[] = [];
  const text = (name: string): string | undefined => {
    const value = body[name];
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  const moment = (name: string): number | undefined => {
    const given = text(name);
    if (given === undefined) return undefined;
    const back = parseDuration(given);
    const at = back === undefined ? readInstant(given, zone) : now - back;
    if (at === undefined)
      problems.push({ field: name, message: 'must be a day or a time such as 2026-11-01, or a duration such as 30d' });
    return at;
  };
  const [since, until, report] = [moment('since'), moment('until'), text('report')];
  if (report === undefined && text('since') === undefined)
    problems.push({
      field: 'report',
      message: 'must be the text of the CSV file; or leave it out and say since when to fetch it (since)',
    });
  if (problems.length > 0) throw new ConfigurationError('The report was not understood:', problems);
  const [order, amount, status] = [text('orderColumn'), text('amountColumn'), text('statusColumn')];
  return {
    ...{ report, since },
    settles: body.dryRun === false,
    sends: body.send === true,
    columns: {
      ...(order === undefined ? {} : { order }),
      ...(amount === undefined ? {} : { amount }),
      ...(status === undefined ? {} : { status }),
    },
    ...(until === undefined ? {} : { until }),
  };
}
