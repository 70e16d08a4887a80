/** The address that a shop's unsigned hooks post to: known to the shop alone, because it can't be guessed. */
import type { HookSetUp } from '../kit/source.ts';
import { sameSecret } from '../lib/hash.ts';
import type { Seal } from '../lib/seal.ts';
import type { FetchDeps } from '../outbound/polite.ts';
import { createFetcher, SourceFailure } from './run/fetch.ts';
import type { Connection } from '../configuration/sites.ts';
import type { SyncConnection } from '../configuration/sync-connection.ts';

type Named = Pick<SyncConnection, 'site' | 'id' | 'createdAt'>;

/** 128 bits made from the installation's key: nothing to store, and a connection that is made anew gets another. */
export function hookToken({ site, id, createdAt }: Named, seal: Pick<Seal, 'hash'>): string {
  return seal.hash(`hook\n${site}\n${id}\n${createdAt}`);
}

export function isHookToken(given: unknown, connection: Named, seal: Pick<Seal, 'hash'>): boolean {
  return typeof given === 'string' && sameSecret(given, hookToken(connection, seal));
}

/** `publicUrl` without a trailing slash. */
export function hookAddress(publicUrl: string, connection: Named, seal: Pick<Seal, 'hash'>): string {
  const query = new URLSearchParams({ site: connection.site, token: hookToken(connection, seal) });
  return `${publicUrl}/v1/hooks/${encodeURIComponent(connection.id)}?${query.toString()}`;
}

/** Of a shop that signs what it posts: the address is no secret. */
export function signedHookAddress(publicUrl: string, { site, id }: Pick<SyncConnection, 'site' | 'id'>): string {
  return `${publicUrl}/v1/hooks/${encodeURIComponent(id)}?${new URLSearchParams({ site }).toString()}`;
}

/** Either, whichever this shop posts to. */
export const shopHookAddress = (
  publicUrl: string,
  connection: Pick<Connection, 'site' | 'id' | 'createdAt' | 'source'>,
  seal: Pick<Seal, 'hash'>,
): string =>
  connection.source?.webhook?.kind === 'signed'
    ? signedHookAddress(publicUrl, connection)
    : hookAddress(publicUrl, connection, seal);

/** Tells the shop our address, once a trigger; removes an earlier address of ours. Undefined when done, or why the hourly runs must do. */
export async function registerHooks(
  connection: SyncConnection,
  address: string,
  deps: FetchDeps,
): Promise<string | undefined> {
  const { settings, source } = connection;
  const hooks = source.webhook?.hooks;
  const unable = hooks ? hooks.unable?.(settings) : `${source.title} has no hooks.`;
  if (!hooks || unable !== undefined) return unable;
  const fetcher = createFetcher(deps, { settings, token: source.token, perSecond: 5, alive: () => Promise.resolve() });
  try {
    await register(hooks, address, fetcher);
    return undefined;
  } catch (error) {
    if (!(error instanceof SourceFailure)) throw error;
    return (
      `The shop takes no hooks: ${error.message} ${hooks.needs} ` +
      'Changes are found all the same when the shop is asked for them.'
    );
  }
}

/** Takes our address away from the shop, tokens of earlier times included: how many hooks were deleted, or why they could not be. */
export async function unregisterHooks(
  connection: SyncConnection,
  address: string,
  deps: FetchDeps,
): Promise<{ removed: number } | { problem: string }> {
  const { settings, source } = connection;
  const hooks = source.webhook?.hooks;
  const unable = hooks ? hooks.unable?.(settings) : `${source.title} has no hooks.`;
  if (!hooks || unable !== undefined) return { problem: unable ?? '' };
  const fetcher = createFetcher(deps, { settings, token: source.token, perSecond: 5, alive: () => Promise.resolve() });
  try {
    const ours = (await fetcher.ask(hooks.list, undefined)).filter(({ url }) => isOurs(url, address));
    for (const { id } of ours) await fetcher.ask(hooks.remove, id);
    return { removed: ours.length };
  } catch (error) {
    if (!(error instanceof SourceFailure)) throw error;
    return { problem: `The hooks could not be deleted: ${error.message} ${hooks.removal}` };
  }
}

/**
 * The token may be one of an earlier connection of that name; another site's hooks bear another name. Who typed the address may have left the
 * site out.
 */
export function isOurs(url: string, address: string): boolean {
  if (!URL.canParse(url)) return false;
  const [theirs, ours] = [new URL(url), new URL(address)];
  const site = theirs.searchParams.get('site');
  const isSite = site === null || site === ours.searchParams.get('site');
  return theirs.origin === ours.origin && theirs.pathname === ours.pathname && isSite;
}

async function register(hooks: HookSetUp, address: string, fetcher: ReturnType<typeof createFetcher>): Promise<void> {
  const known = await fetcher.ask(hooks.list, undefined);
  for (const { id, url } of known) {
    if (url !== address && isOurs(url, address)) await fetcher.ask(hooks.remove, id);
  }
  for (const trigger of hooks.triggers) {
    const present = known.filter((hook) => hook.url === address && hook.trigger === trigger);
    if (present.length === 0) await fetcher.ask(hooks.add, { url: address, trigger });
    else if (hooks.restore && present.every(({ state }) => state !== undefined))
      await fetcher.ask(hooks.restore, present[0]!.id);
  }
}
