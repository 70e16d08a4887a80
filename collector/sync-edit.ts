/** What may be changed of a synchronized connection, and what a removal takes with it. Pure. */
import type { Settings } from './destinations/destination.ts';
import type { Problem } from './event.ts';
import type { Seal } from './lib/seal.ts';
import type { Source } from './sources/source.ts';
import type { SyncState } from './store/sync-store.ts';
import { hooksLeft } from './sync-hook.ts';
import type { SyncConnection } from './sync-run.ts';
import { refusal } from './sync-state.ts';

/** Every reason why the settings of a saved connection can't be changed that way; none where they can. */
export function editProblems(
  source: Source,
  change: { before: Settings; after: Settings; state: SyncState },
): Problem[] {
  const refused = refusal(change.state, 'edit');
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
  if (left === undefined) return DELETED;
  return `${DELETED} ${left} "clickthread connection hook ${connection.id} --unregister" does that now, while the connection is there.`;
}

const DELETED =
  'Removing this connection permanently deletes its settings and secrets, its order history and its list with all contacts. ' +
  'Orders that were reported keep their deliveries. If you imported the onsite tracking file, delete it in Google Tag Manager as well.';
