/** Who may use the server API and the admin API: Bearer keys, signed messages, and the administrator's token. */
import type { Request } from 'express';
import type { Problem } from '../../../wire/problem.ts';
import type { Clock } from '../../lib/clock.ts';
import { sameSecret, sha256 } from '../../lib/hash.ts';
import type { Seal } from '../../lib/seal.ts';
import type { ApiKeyRow } from '../../model/api-key.ts';
import type { Store } from '../../store/store.ts';
import { verifyMessage } from '../../lib/standard-webhook.ts';

export interface Access {
  /** Sites that the caller may act for; `all` for the administrator. */
  sites: string[] | 'all';
  /** To be called once the request has had its effect. Only then does a signed message count as received: its retry after a 503 is none of a replay. */
  done(): Promise<void>;
  /** A signed message that had its effect before: it changes nothing, and is no failure that its sender should count or try again. */
  repeated?: true;
}

export type AllowedAccess = { access: Access } | { status: number; problems: Problem[] };

export interface AccessDeps {
  store: Pick<Store, 'apiKeys' | 'rememberMessage'>;
  read: Pick<Store, 'knowsMessage'>;
  seal: Seal;
  adminToken: string;
  clock: Clock;
}

/** Asked before a body is read: what the headers alone decide. `signed`: only the body can tell. */
export async function authorizeHeaders(request: Request, deps: AccessDeps): Promise<AllowedAccess | 'signed'> {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const keys = await keysInForce(deps);
  if (bearer !== undefined) return byBearer(bearer, keys, deps);
  if (request.headers['webhook-signature'] !== undefined)
    return keys.some(({ kind }) => kind === 'webhook') ? 'signed' : noSecret();
  return unauthorized(
    'authorization',
    'is missing: send "Authorization: Bearer KEY" (make one with: clickthread key create SITE) or a Standard Webhooks signature',
  );
}

/** A signed message; `rawBody` is what the signature covers. */
export async function authorizeMessage(request: Request, rawBody: string, deps: AccessDeps): Promise<AllowedAccess> {
  return bySignature(request, rawBody, { keys: await keysInForce(deps), deps });
}

const keysInForce = async ({ store }: AccessDeps): Promise<ApiKeyRow[]> =>
  (await store.apiKeys()).filter(({ revokedAt }) => revokedAt === null);

function byBearer(bearer: string, keys: ApiKeyRow[], { adminToken }: AccessDeps): AllowedAccess {
  if (sameSecret(bearer, adminToken)) return { access: { sites: 'all', done: nothing } };
  const hash = sha256(bearer);
  const key = keys.find((known) => known.kind === 'api' && sameSecret(known.hash, hash));
  if (!key) return unauthorized('authorization', 'is no key of this collector, or it was revoked');
  return { access: { sites: key.sites, done: nothing } };
}

const nothing = async (): Promise<void> => undefined;

async function bySignature(
  request: Request,
  rawBody: string,
  given: { keys: ApiKeyRow[]; deps: AccessDeps },
): Promise<AllowedAccess> {
  const { keys, deps } = given;
  const secrets = keys.filter(({ kind }) => kind === 'webhook');
  const message = {
    id: header(request, 'webhook-id'),
    timestamp: header(request, 'webhook-timestamp'),
    signature: header(request, 'webhook-signature'),
    body: rawBody,
  };
  const refusals: Problem[] = [];
  for (const key of secrets) {
    const verdict = verifyMessage(message, deps.seal.open(key.secret!), deps.clock());
    if (!verdict.ok) {
      refusals.push(verdict.problem);
      continue;
    }
    const site = key.sites[0] ?? '';
    if (await deps.read.knowsMessage(site, message.id))
      return { access: { sites: key.sites, done: nothing, repeated: true } };
    const done = async (): Promise<void> => void (await deps.store.rememberMessage(site, message.id, deps.clock()));
    return { access: { sites: key.sites, done } };
  }
  const worst = refusals.find(({ field }) => field !== 'webhook-signature') ?? refusals[0];
  return worst ? { status: 401, problems: [worst] } : noSecret();
}

const noSecret = (): AllowedAccess =>
  unauthorized(
    'webhook-signature',
    "can't be checked: this collector has no webhook secret (clickthread key create SITE --webhook)",
  );

function header(request: Request, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

function unauthorized(field: string, message: string): AllowedAccess {
  return { status: 401, problems: [{ field, message }] };
}
