/** The server API of shops: orders in, changes in, an order's whole story out. */
import express, { Router, type Request, type Response } from 'express';
import type { CommandReply, Work } from '../command.ts';
import type { Ingest } from '../ingest.ts';
import type { Clock } from '../lib/clock.ts';
import { readOrderView, type OrderReader } from '../read-order-view.ts';
import { shopCommand } from '../shop-command.ts';
import type { Site, Sites } from '../sites.ts';
import type { Store } from '../store/store.ts';
import { readPatch } from '../validate-patch.ts';
import { authorize, type Access, type AccessDeps } from './access.ts';
import { sendProblems } from './problem.ts';

/** Orders in one request. */
const LARGEST_BATCH = 1000;
const LARGEST_BODY = '8mb';

export interface OrdersDeps extends AccessDeps {
  ingest: Ingest['ingest'];
  read: OrderReader & Pick<Store, 'order' | 'sitesOfOrder' | 'knowsMessage'>;
  sites: () => Promise<Sites>;
  clock: Clock;
  wake: (work: readonly Work[]) => void;
}

type OrderReply = Extract<CommandReply, { type: 'order' }>;

export function ordersRouter(deps: OrdersDeps): Router {
  const router = Router();
  const text = express.text({ type: () => true, limit: LARGEST_BODY });

  router.post('/orders', text, async (request, response) => {
    const caller = await admit(request, response, deps);
    if (!caller) return;
    const parsed = parse(request, response);
    if (parsed === undefined) return;
    const list = Array.isArray(parsed) ? parsed : [parsed];
    if (list.length === 0 || list.length > LARGEST_BATCH) {
      return sendProblems(response, 422, [
        { field: 'body', message: `must hold 1 to ${LARGEST_BATCH} orders; this one holds ${list.length}` },
      ]);
    }
    const site = await siteOf(request, response, { caller, deps });
    if (!site) return;
    const results = await report(list, site, deps);
    await caller.done();
    if (Array.isArray(parsed)) return void response.status(200).json({ results });
    const [only] = results;
    if (only?.result === 'invalid') return void response.status(422).json(only);
    response.status(only?.result === 'accepted' ? 201 : 200).json(only);
  });

  router.patch('/orders/:orderId', text, async (request, response) => {
    const caller = await admit(request, response, deps);
    if (!caller) return;
    const parsed = parse(request, response);
    if (parsed === undefined) return;
    const { patch, problems, warnings } = readPatch(parsed);
    if (!patch) return sendProblems(response, 422, problems);
    const orderId = String(request.params.orderId);
    const site = await siteOf(request, response, { caller, deps, orderId });
    if (!site) return;
    const { replies, work } = await deps.ingest([{ type: 'change', site: site.config.id, orderId, patch }]);
    deps.wake(work);
    await caller.done();
    answerChange(replies[0] as Extract<CommandReply, { type: 'change' }>, response, warnings);
  });

  router.get('/orders/:orderId', async (request, response) => {
    const caller = await admit(request, response, deps);
    if (!caller) return;
    const orderId = String(request.params.orderId);
    const site = await siteOf(request, response, { caller, deps, orderId });
    if (!site) return;
    const id = site.config.id;
    const stored = await deps.read.order(id, orderId);
    if (!stored)
      return sendProblems(response, 404, [{ field: 'orderId', message: `site ${id} has no order ${orderId}` }]);
    response.json(await readOrderView(stored, deps.read));
  });

  return router;
}

async function admit(request: Request, response: Response, deps: OrdersDeps): Promise<Access | undefined> {
  const allowed = await authorize(request, typeof request.body === 'string' ? request.body : '', deps);
  if ('access' in allowed) return allowed.access;
  if (allowed.status === 401) response.setHeader('www-authenticate', 'Bearer realm="clickthread"');
  return void sendProblems(response, allowed.status, allowed.problems);
}

function parse(request: Request, response: Response): unknown {
  try {
    return JSON.parse(request.body as string) as unknown;
  } catch {
    return void sendProblems(response, 400, [{ field: 'body', message: 'is not JSON' }]);
  }
}

/** The site of the key, or the one that `?site=` names among the key's; an order's own site where only one can be meant. */
async function siteOf(
  request: Request,
  response: Response,
  given: { caller: Access; deps: OrdersDeps; orderId?: string },
): Promise<Site | undefined> {
  const { caller, deps, orderId } = given;
  const { byId } = await deps.sites();
  const may = [...byId.keys()].filter((id) => caller.sites === 'all' || caller.sites.includes(id));
  const named = request.query.site;
  if (typeof named === 'string') {
    if (may.includes(named)) return byId.get(named);
    return void sendProblems(response, byId.has(named) ? 403 : 404, [
      { field: 'site', message: `there is no site "${named.slice(0, 64)}" for this key` },
    ]);
  }
  if (may.length === 1) return byId.get(may[0]!);
  if (orderId !== undefined) {
    const holding = (await deps.read.sitesOfOrder(orderId)).filter((id) => may.includes(id));
    if (holding.length === 1) return byId.get(holding[0]!);
  }
  return void sendProblems(response, 422, [
    { field: 'site', message: `is missing: this key is for ${may.length} sites; add ?site=ID` },
  ]);
}

async function report(
  list: unknown[],
  site: Site,
  deps: OrdersDeps,
): Promise<Pick<OrderReply, 'orderId' | 'result'>[]> {
  const now = deps.clock();
  const read = list.map((input) => shopCommand(input, site, now));
  const { replies, work } = await deps.ingest(read.map(({ command }) => command));
  deps.wake(work);
  return read.map(({ refused }, index) => {
    const { orderId, result, errors, warnings } = refused ?? (replies[index] as OrderReply);
    return { orderId, result, ...(errors ? { errors } : {}), ...(warnings.length > 0 ? { warnings } : {}) };
  });
}

function answerChange(reply: Extract<CommandReply, { type: 'change' }>, response: Response, warnings: object[]): void {
  const { orderId, result, errors, status } = reply;
  const said = warnings.length > 0 ? { warnings } : {};
  switch (result) {
    case 'updated':
    case 'duplicate':
      return void response.json({ orderId, result, status, ...said });
    case 'kept':
      return void response.status(202).json({
        orderId,
        result: 'accepted',
        message: 'this order is not known yet; the change is applied as soon as it is reported',
        ...said,
      });
    case 'unknown':
      return sendProblems(response, 404, [
        {
          field: 'orderId',
          message: `there is no order ${orderId.slice(0, 128)} yet: report it first (POST /v1/orders)`,
        },
      ]);
    case 'invalid':
      return sendProblems(response, 422, errors ?? []);
  }
}
