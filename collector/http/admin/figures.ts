/** Admin API: totals of a period, what waits for a person, and what waits for networks. */
import { type Request, type Response, Router } from 'express';
import type { Figures } from '../../../wire/admin/figures.ts';
import { periodProblems, readFigures } from '../../admin/figures/read-figures.ts';
import { readQueues } from '../../admin/figures/read-queues.ts';
import { readTodo } from '../../admin/figures/read-todo.ts';
import { csvLine } from '../../lib/text/csv.ts';
import { sendProblems } from '../problem.ts';
import type { AdminDeps } from './deps.ts';
import { queryText } from './read.ts';
import { visibleTo } from './access/who.ts';

export function adminFiguresRouter({ read, sites, seal, clock, environment }: AdminDeps): Router {
  const router = Router();
  /** Sites that are asked for and may be seen. */
  const among = async (request: Request, response: Response) => {
    const named = queryText(request, 'site');
    const all = [...(await sites()).byId.values()].map(({ config: { id, timezone } }) => ({ id, timezone }));
    return visibleTo(response, all, ({ id }) => id).filter(({ id }) => named === undefined || id === named);
  };

  router.get('/figures', async (request, response) => {
    const today = new Date(clock()).toISOString().slice(0, 10);
    const period = { from: queryText(request, 'from') ?? today, to: queryText(request, 'to') ?? today };
    const problems = periodProblems(period);
    if (problems.length > 0) return sendProblems(response, 422, problems);
    const figures = await readFigures({ ...period, sites: await among(request, response) }, read);
    if (queryText(request, 'format') !== 'csv') return void response.json(figures);
    const name = `clickthread-${figures.from}-${figures.to}.csv`;
    response.setHeader('content-disposition', `attachment; filename="${name}"`);
    response.type('text/csv').send(csvOf(figures));
  });
  router.get('/todo', async (request, response) => {
    const mine = (await among(request, response)).map(({ id }) => id);
    response.json({ todo: await readTodo(mine, { read, limits: environment.limits, now: clock() }) });
  });
  router.get('/queues', async (request, response) => {
    const mine = (await among(request, response)).map(({ id }) => id);
    response.json({ queues: await readQueues(mine, { read, sites, seal, now: clock() }) });
  });
  return router;
}

const COLUMNS = ['currency', 'orders', 'total', 'credited', 'creditedTotal', 'undone', 'undoneTotal'] as const;

/** The days, then the partners: two tables that a spreadsheet keeps apart by their first column. */
function csvOf({ days, partners }: Figures): string {
  return [
    csvLine(['what', 'name', ...COLUMNS]),
    ...days.map((row) => csvLine(['day', row.day, ...COLUMNS.map((name) => row[name])])),
    ...partners.map((row) => csvLine(['partner', row.partner ?? 'nobody', ...COLUMNS.map((name) => row[name])])),
  ].join('\r\n');
}
