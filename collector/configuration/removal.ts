/** What may be changed of a synchronized connection, and what a removal takes with it. Pure. */
import type { Problem } from '../../wire/problem.ts';
import type { Settings } from '../kit/setting.ts';
import type { Source } from '../kit/source.ts';
import type { Seal } from '../lib/seal.ts';
import { actionRefusal, type SyncState } from '../model/sync-state.ts';
import type { SyncConnection } from './sync-connection.ts';

/** Every reason why the settings of a saved connection can't be changed that way; none where they can. */
export function editProblems(
  source: Source,
  change: { before: Settings; after: Settings; state: SyncState },
): Problem[] {
  const refused = actionRefusal(change.state, 'edit');
  if (refused !== undefined) return [{ field: '', message: refused }];
  return source.immutable.flatMap((name) => {
    const [before, after] = [String(change.before[name] ?? ''), String(change.after[name] ?? '')];
    const same = source.same ? source.same(name, before, after) : before === after;
    const label = source.settings[name]?.label ?? name;
    const message = `${label} cannot be changed. Remove the connection and make a new one in its place.`;
    return same ? [] : [{ field: name, message }];
  });
}

/** A keyed hash of the settings: the test holds for these and no others. */
export function settingsDigest(settings: Settings, seal: Pick<Seal, 'hash'>): string {
  const sorted = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  return seal.hash(`settings\n${JSON.stringify(sorted)}`);
}

/** Said before a removal, by the command line and the dashboard alike. */
export function removalWarning(connection: Pick<SyncConnection, 'site' | 'id' | 'source'>): string {
  const left = hooksLeft(connection);
  const deleted = connection.source.sync
    ? DELETED
    : 'Removing this connection permanently deletes its settings and secrets.';
  if (left === undefined) return deleted;
  return `${deleted} ${left} "clickthread connection hook ${connection.id} --unregister" does that now, while the connection is there.`;
}

/** What goes with a synchronized one. */
const DELETED =
  'Removing this connection permanently deletes its settings and secrets, its order history and its list with all contacts. ' +
  'Orders that were reported keep their deliveries. If you imported the onsite tracking file, delete it in Google Tag Manager as well.';

/** What a removed connection leaves at the shop, which nobody but its owner can then delete; undefined for a source without hooks. */
export function hooksLeft({ site, id, source }: Pick<SyncConnection, 'site' | 'id' | 'source'>): string | undefined {
  const { webhook } = source;
  if (!webhook?.hooks) return undefined;
  return (
    `If the shop was told to announce its orders, its hooks go on posting to /v1/hooks/${id}?site=${site}, where nobody listens any more. ` +
    webhook.hooks.removal
  );
}
