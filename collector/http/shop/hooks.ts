/**
 * Webhooks of shops. Signed ones carry the order (`signed-hook.ts`); unsigned hints are believed only as far as to read the order again through
 * the shop's API.
 */
import express, { Router, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import type { HintWebhook } from '../../kit/source.ts';
import type { Seal } from '../../lib/seal.ts';
import type { Connection, Sites } from '../../configuration/sites.ts';
import type { SyncService } from '../../sync/service.ts';
import { findHinted } from '../../sync/connections.ts';
import { isHookToken } from '../../sync/hooks.ts';
import { countBody, createBodyBudget, UNPROVEN_BYTES } from '../body-budget.ts';
import { sendProblems } from '../problem.ts';
import { signedHook, type SignedHookDeps } from './signed-hook.ts';

const LARGEST_BODY = 2 * 1024 * 1024;

export interface HooksDeps extends SignedHookDeps {
  service: Pick<SyncService, 'sync' | 'schedule' | 'catchUp'>;
  sites: () => Promise<Sites>;
  seal: Seal;
}

interface Known {
  hint?: NonNullable<ReturnType<typeof findHinted>>;
  signed?: Connection;
  /** A shop that is asked for its orders, and hints. */
  asked?: Connection;
}

export function hooksRouter(deps: HooksDeps): Router {
  const { service, sites, seal } = deps;
  const router = Router();
  const counted = countBody(createBodyBudget(UNPROVEN_BYTES), LARGEST_BODY);
  const take = signedHook(deps);
  /** Before the body is read: what a stranger sends must not even stand in memory. */
  const known = async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const { site, token } = request.query;
    const named = connectionOf(await sites(), String(request.params.connection), site);
    const locals = response.locals as Known;
    if (named?.source?.webhook?.kind === 'signed') {
      locals.signed = named;
      // Express would decompress and count other bytes than those that were signed.
      if (!isPlain(request)) return take.refuseEncoding(named, request, response);
      return void counted(request, response, next);
    }
    const hint = named && findHinted(await sites(), named.site, named.id);
    // A wrong token and an unknown connection look the same from outside.
    if (!hint || typeof site !== 'string' || !isHookToken(token, hint, seal)) {
      return sendProblems(response, 404, [
        { field: 'connection', message: 'has no hook at this address; see the connection for the right one' },
      ]);
    }
    locals.hint = hint;
    if (named.source?.catchUp) locals.asked = named;
    next();
  };
  const hear = async (connection: Connection, response: Response, body: string): Promise<void> => {
    const ids = connection.enabled ? (connection.source!.webhook as HintWebhook).orderIds(body) : [];
    if (ids.length > 0) await service.catchUp.announce(connection, ids);
    response.status(202).json({ announced: ids.length });
    if (ids.length > 0) void service.schedule.readNamed(connection);
  };
  const raw: RequestHandler = express.raw({ type: () => true, limit: LARGEST_BODY, inflate: false });
  router.post('/hooks/:connection', known, raw, async (request, response) => {
    const { hint, signed, asked } = response.locals as Known;
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (signed) return take.receive(signed, { request, response, body });
    if (asked) return hear(asked, response, body.toString('utf8'));
    const announced = await service.sync.announce(hint!, body.toString('utf8'));
    response.status(202).json({ announced });
    if (announced > 0) service.schedule.nudge(hint!);
  });
  return router;
}

const isPlain = ({ headers }: Request): boolean => {
  const encoding = headers['content-encoding'];
  return encoding === undefined || encoding === '' || encoding.toLowerCase() === 'identity';
};

/** The connection of that name; the site may be left out where only one has such a connection. */
function connectionOf({ byId }: Sites, id: string, site: unknown): Connection | undefined {
  const among = typeof site === 'string' ? [byId.get(site)] : [...byId.values()];
  const found = among.flatMap((one) => one?.connections.filter((connection) => connection.id === id) ?? []);
  return found.length === 1 ? found[0] : undefined;
}
