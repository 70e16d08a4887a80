/** Saves a connection with other settings: what else it holds stays, and whoever was faster is not overwritten. */
import type { ConnectionShown, SettingContent } from '../../../wire/admin/connections.ts';
import { ask } from '../../state/ask.ts';

export async function putConnection(
  connection: ConnectionShown,
  settings: Record<string, SettingContent | undefined>,
): Promise<void> {
  const { deliveries: _1, paused: _2, title: _3, role: _4, updatedAt: seen, ...rest } = connection;
  const { createdAt: _5, clickParams: _6, site, ...kept } = rest as typeof rest & { createdAt?: string };
  const path = `/sites/${encodeURIComponent(site)}/connections/${encodeURIComponent(connection.id)}`;
  await ask('PUT', path, { ...kept, settings, seen });
}
