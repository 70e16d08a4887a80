/** The address that a shop's unsigned hooks post to: known to the shop alone, because it can't be guessed. */
import { sameSecret } from './lib/hash.ts';
import type { Seal } from './lib/seal.ts';
import type { HintWebhook } from './sources/source.ts';
import { createFetcher, SourceFailure, type FetchDeps } from './sync-fetch.ts';
import type { SyncConnection } from './sync-run.ts';

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

/** Tells the shop our address, once a trigger; removes an earlier address of ours. Undefined when done, or why the hourly runs must do. */
export async function registerHooks(
  connection: SyncConnection,
  address: string,
  deps: FetchDeps,
): Promise<string | undefined> {
  const { webhook } = connection.source;
  if (webhook?.kind !== 'hint' || !webhook.hooks) return `${connection.source.title} has no hooks.`;
  const { settings } = connection;
  const fetcher = createFetcher(deps, { settings, perSecond: 5, alive: () => Promise.resolve() });
  try {
    await register(webhook.hooks, address, fetcher);
    return undefined;
  } catch (error) {
    if (!(error instanceof SourceFailure)) throw error;
    return (
      `The shop takes no hooks: ${error.message} Its Zapier add-on must be active and the administrator may need ` +
      'the privileges view_zapier_hooks and manage_zapier_hooks. Changes are found every hour all the same.'
    );
  }
}

async function register(
  hooks: NonNullable<HintWebhook['hooks']>,
  address: string,
  fetcher: ReturnType<typeof createFetcher>,
): Promise<void> {
  const known = await fetcher.ask(hooks.list, undefined);
  const ours = address.split('?')[0];
  for (const { id, url } of known) {
    if (url !== address && url.split('?')[0] === ours) await fetcher.ask(hooks.remove, id);
  }
  for (const trigger of hooks.triggers) {
    const present = known.some((hook) => hook.url === address && hook.trigger === trigger);
    if (!present) await fetcher.ask(hooks.add, { url: address, trigger });
  }
}
