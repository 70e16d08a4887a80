/** Saves a connection with other settings: what else it holds stays, and whoever was faster is not overwritten. */
import type { ConnectionShown, SettingContent } from '../../../wire/admin/connections.ts';
import { ask } from '../../state/ask.ts';

/** `over`: the settings stand whatever somebody else has made of the connection meanwhile; what they made of the rest stays. */
export async function putConnection(
  shown: ConnectionShown,
  settings: Record<string, SettingContent | undefined>,
  over = false,
): Promise<void> {
  const { site, id } = shown;
  const path = `/sites/${encodeURIComponent(site)}/connections/${encodeURIComponent(id)}`;
  const connection = over ? await ask<ConnectionShown>('GET', path) : shown;
  const { deliveries: _1, paused: _2, trouble: _0, title: _3, role: _4, updatedAt: seen, ...rest } = connection;
  const { createdAt: _5, clickParams: _6, site: _7, ...kept } = rest as typeof rest & { createdAt?: string };
  await ask('PUT', path, { ...kept, settings, seen });
}
