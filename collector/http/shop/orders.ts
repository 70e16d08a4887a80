/** The server API of shops: orders in, changes in, an order's whole story out. */
import express, { Router, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import type { Command, CommandReply, Work } from '../../intake/command.ts';
import type { ReportCommit } from '../../writer/report-commit.ts';
import type { Clock } from '../../lib/clock.ts';
import { tidyOrderId } from '../../../wire/order-id.ts';
import { hasDeceptive } from '../../../wire/text/printable.ts';
import { readOrderView, type OrderReader } from '../../admin/read-order-view.ts';
import { shopCommand } from '../../intake/read-shop-order.ts';
import type { Site, Sites } from '../../configuration/sites.ts';
import type { Store } from '../../store/store.ts';
import { isFields } from '../../intake/validate-order.ts';
import { datePatch, readPatch } from '../../intake/validate-patch.ts';
import { authorizeHeaders, authorizeMessage, type Access, type AccessDeps, type AllowedAccess } from './access.ts';
import { countBody, createBodyBudget, UNPROVEN_BYTES } from '../body-budget.ts';
import type { FailureLimit } from '../failure-limit.ts';
import { isTooDeep, MOST_LEVELS } from '../nesting.ts';
import { sendProblems } from '../problem.ts';

/** Orders in one request. */
const LARGEST_BATCH = 1000;
const LARGEST_BODY = 8 * 1024 * 1024;

export interface OrdersDeps extends AccessDeps, ReportCommit {
  read: OrderReader & Pick<Store, 'order' | 'sitesOfOrder' | 'knowsMessage'>;
  sites: () => Promise<Sites>;
  clock: Clock;
  wake: (work: readonly Work[]) => void;
  failures: FailureLimit;
}

type OrderReply = Extract<CommandReply, { type: 'order' }>;

export function ordersRouter(deps: OrdersDeps): Router {
  const router = Router();
  const counted = countBody(createBodyBudget(UNPROVEN_BYTES), LARGEST_BODY);
  /** Nobody's body is read before its key was: a stranger's eight megabytes would stand in our memory. */
  const known = async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const allowed = await authorizeHeaders(request, deps);
    if (allowed === 'signed') return void counted(request, response, next);
    const access = admit(allowed, { request, response, deps });
    if (!access) return;
    (response.locals as Admitted).access = access;
    next();
  };
  const text: RequestHandler[] = [known, express.text({ type: () => true, limit: LARGEST_BODY })];

  router.post('/orders', ...text, async (request: Request, response: Response) => {
    const caller = await callerOf(request, response, deps);
    if (!caller) return;
    const parsed = await parse(request, response, () => keepBroken(request, caller, deps));
    if (parsed === undefined) return;
    const list = Array.isArray(parsed) ? parsed : [parsed];
    if (list.length === 0 || list.length > LARGEST_BATCH) {
      return sendProblems(response, 422, [
        { field: 'body', message: `must hold 1 to ${LARGEST_BATCH} orders; this one holds ${list.length}` },
      ]);
    }
    if (caller.repeated) return answerRepeated(response, parsed);
    const site = await siteOf(request, response, { caller, deps });
    if (!site) return;
    const results = await report(list, site, deps);
    await caller.done();
    if (Array.isArray(parsed)) return void response.status(200).json({ results });
    const [only] = results;
    if (only?.result === 'invalid') return void response.status(422).json(only);
    response.status(only?.result === 'accepted' ? 201 : 200).json(only);
  });

  router.patch('/orders/:orderId', ...text, async (request: Request, response: Response) => {
    const caller = await callerOf(request, response, deps);
    if (!caller) return;
    const parsed = await parse(request, response);
    if (parsed === undefined) return;
    const { patch, problems, warnings } = readPatch(parsed);
    if (!patch) return sendProblems(response, 422, problems);
    const orderId = tidyOrderId(String(request.params.orderId));
    if (hasDeceptive(orderId))
      return sendProblems(response, 422, [
        { field: 'orderId', message: 'holds control characters or direction marks; no order has such an id' },
      ]);
    if (caller.repeated) return answerRepeated(response, { orderId });
    const site = await siteOf(request, response, { caller, deps, orderId });
    if (!site) return;
    const { timezone, id } = site.config;
    const dated = datePatch(patch, parsed, { now: deps.clock(), timezone });
    const { replies, work } = await deps.ingest([{ type: 'change', site: id, orderId, patch: dated.patch }]);
    deps.wake(work);
    await caller.done();
    const reply = replies[0] as Extract<CommandReply, { type: 'change' }>;
    answerChange(reply, response, [...warnings, ...dated.warnings, ...(reply.warnings ?? [])]);
  });

  router.get('/orders/:orderId', known, async (request, response) => {
    const caller = await callerOf(request, response, deps);
    if (!caller) return;
    const orderId = tidyOrderId(String(request.params.orderId));
    const site = await siteOf(request, response, { caller, deps, orderId });
    if (!site) return;
    const id = site.config.id;
    const stored = await deps.read.order(id, orderId);
    if (!stored)
      return sendProblems(response, 404, [{ field: 'orderId', message: `site ${id} has no order ${orderId}` }]);
    response.json(await readOrderView(stored, deps.read, deps));
  });

  return router;
}

interface Admitted {
  access?: Access;
}

/** Who is known by key already, or by the signature of the body that has been read meanwhile. */
async function callerOf(request: Request, response: Response, deps: OrdersDeps): Promise<Access | undefined> {
  const { access } = response.locals as Admitted;
  if (access) return access;
  const body = typeof request.body === 'string' ? request.body : '';
  return admit(await authorizeMessage(request, body, deps), { request, response, deps });
}

function admit(
  allowed: AllowedAccess,
  { request, response, deps }: { request: Request; response: Response; deps: OrdersDeps },
): Access | undefined {
  if ('access' in allowed) return allowed.access;
  const { status, problems } = allowed;
  if (status !== 401) return void sendProblems(response, status, problems);
  const refuse = (): void => {
    response.setHeader('www-authenticate', 'Bearer realm="clickthread"');
    sendProblems(response, 401, problems);
  };
  // Only a guess counts: who sent no key at all has guessed none.
  const hasTried = request.headers.authorization ?? request.headers['webhook-signature'];
  if (hasTried === undefined) return void refuse();
  return void deps.failures(request, response, refuse);
}

const NOT_JSON = { field: 'body', message: 'is not JSON' };

/** The body, or nothing once it was answered what is wrong with it; `keep` is asked before that. */
async function parse(request: Request, response: Response, keep?: () => Promise<void>): Promise<unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(request.body as string);
  } catch {
    await keep?.();
    return void sendProblems(response, 400, [NOT_JSON]);
  }
  if (!isTooDeep(parsed)) return parsed;
  return void sendProblems(response, 400, [
    { field: 'body', message: `is nested more than ${MOST_LEVELS} levels deep, as no order is` },
  ]);
}

/** Longer than any order; what is longer was no slip in a template. */
const LONGEST_KEPT = 256 * 1024;

/** A body that nobody can read, from a shop that is known: what its template does can be seen in the quarantine. */
async function keepBroken(request: Request, caller: Access, { ingest, sites }: OrdersDeps): Promise<void> {
  const { byId } = await sites();
  const may = [...byId.keys()].filter((id) => caller.sites === 'all' || caller.sites.includes(id));
  const [site] = may.filter((id) => may.length === 1 || id === request.query.site);
  const body = request.body as unknown;
  if (site === undefined || typeof body !== 'string' || body.trim() === '' || body.length > LONGEST_KEPT) return;
  await ingest([{ type: 'refused', site, route: 'orders', body, errors: [NOT_JSON] }]);
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
  const { replies, work } = await deps.ingestOrders(read.map(({ command }) => command));
  deps.wake(work);
  const failed = list.flatMap((input, index) => keptFailed(input, replies[index]!, site.config.id));
  if (failed.length > 0) await deps.ingestOrders(failed);
  return read.map(({ refused, command }, index) => {
    const { orderId, result, errors, warnings } = refused ?? verdictOf(command, replies[index]!);
    return { orderId, result, ...(errors ? { errors } : {}), ...(warnings.length > 0 ? { warnings } : {}) };
  });
}

/** An order that could not be recorded waits in quarantine for whoever mends it or its cause: it would come again and again. */
function keptFailed(input: unknown, reply: CommandReply, site: string): Command[] {
  if (reply.type !== 'failed') return [];
  return [{ type: 'refused', site, route: 'orders', body: JSON.stringify(input), errors: [reply.problem] }];
}

function verdictOf(command: Command, reply: CommandReply): OrderReply {
  if (reply.type !== 'failed') return reply as OrderReply;
  const orderId = command.type === 'order' ? command.valid.order.orderId : '';
  return { type: 'order', orderId, result: 'invalid', errors: [reply.problem], warnings: [], fire: [] };
}

/** The same message again: thanked as any report that says nothing new. */
function answerRepeated(response: Response, parsed: unknown): void {
  const resultOf = (input: unknown): object => ({
    orderId: isFields(input) && typeof input.orderId === 'string' ? input.orderId.slice(0, 128) : '',
    result: 'duplicate',
  });
  response.status(200).json(Array.isArray(parsed) ? { results: parsed.map(resultOf) } : resultOf(parsed));
}

function answerChange(reply: Extract<CommandReply, { type: 'change' }>, response: Response, warnings: object[]): void {
  const { orderId, result, errors, status, missing } = reply;
  const said = {
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(missing ? { missing, message: notReleased(missing) } : {}),
  };
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
    case 'invalid':
      return sendProblems(response, 422, errors ?? []);
  }
}

/** A change releases an order only once the shop has named what it is worth. */
function notReleased(missing: readonly string[]): string {
  const named = missing.join(' and ');
  return `this site releases orders on the shop's word alone: send ${named} too (here or by POST /v1/orders), and the networks are told`;
}
