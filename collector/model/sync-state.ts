/**
 * The states of a synchronized connection. Pure.
 *
 * ```
 * untested ──test──▶ tested ──start──▶ syncing ──▶ enabled ──resync, every hour──▶ syncing …
 *                                         └──────▶ failed  ──resync by hand──────▶ syncing …
 * ```
 *
 * - untested → tested: the test passed for exactly these settings.
 * - tested → untested: a test failed, or a setting was changed.
 * - tested → syncing: a person starts the first synchronization, or one after a changed setting; it goes on from what is stored.
 * - syncing → enabled: the run ended well.
 * - syncing → failed: the run met what it can't get over; the reason says what to do.
 * - syncing → syncing: the process died; whoever takes the expired lease goes on where it stopped.
 * - enabled → syncing: the hour has passed, or a person asks for a resync.
 * - failed → syncing: a person asks for a resync; after a failure that may pass by itself the hourly run tries, too.
 * - enabled, failed → untested: a setting was changed. Nothing is edited while syncing.
 * - any → disabled: a person switches it off; a running synchronization stops at its next page.
 * - disabled → tested or untested: a person switches it on, depending on whether its settings passed the test.
 * - any → gone: removed, with settings, secrets, history and list.
 */

/** In words above `sync-state.ts`. */
export type SyncState = 'untested' | 'tested' | 'syncing' | 'enabled' | 'failed' | 'disabled';

export type SyncAction = 'test' | 'edit' | 'start' | 'resync' | 'disable' | 'enable' | 'remove';

const ALLOWED: Record<SyncState, readonly SyncAction[]> = {
  untested: ['test', 'edit', 'disable', 'remove'],
  tested: ['test', 'edit', 'start', 'disable', 'remove'],
  syncing: ['disable', 'remove'],
  enabled: ['test', 'edit', 'resync', 'disable', 'remove'],
  failed: ['test', 'edit', 'resync', 'disable', 'remove'],
  disabled: ['test', 'edit', 'enable', 'remove'],
};

/** What a person may do now: the buttons of the dashboard, the commands that are not refused. */
export const allowedActions = (state: SyncState): readonly SyncAction[] => ALLOWED[state];

/** States from which an action is allowed. */
export function statesFor(action: SyncAction): SyncState[] {
  return (Object.keys(ALLOWED) as SyncState[]).filter((state) => ALLOWED[state].includes(action));
}

/** Why an action is refused in a state, with the way out; undefined where it is allowed. */
export function actionRefusal(state: SyncState, action: SyncAction): string | undefined {
  if (ALLOWED[state].includes(action)) return undefined;
  const known = REFUSALS[`${state} ${action}`] ?? REFUSALS[state];
  return known ?? `This is not possible while the connection is ${state}.`;
}

const REFUSALS: Record<string, string> = {
  'syncing edit':
    'Settings cannot be edited while the connection is syncing: wait until it has finished, or disable it.',
  'syncing test': 'The connection is syncing: wait until it has finished before you test it.',
  'syncing resync': 'A synchronization is already in progress.',
  'syncing start': 'A synchronization is already in progress.',
  'disabled resync': 'The connection is disabled: enable it first.',
  'disabled start': 'The connection is disabled: enable it first.',
  'disabled disable': 'The connection is disabled already.',
  'untested start': 'Test the connection first: its settings have not passed the test, or were changed since.',
  'untested resync': 'Test the connection first: its settings have not passed the test, or were changed since.',
  'tested resync': 'Start the synchronization first: a resync follows a first run.',
  'enabled start': 'The connection is synchronized already: ask for a resync.',
  'failed start': 'The first synchronization was started before: ask for a resync, which goes on where it stopped.',
};

/** Where a test leaves the connection. Only what is not in use yet loses its standing by a failed test. */
export function afterTest(state: SyncState, passed: boolean): SyncState {
  if (state !== 'untested' && state !== 'tested') return state;
  return passed ? 'tested' : 'untested';
}

/** Where changed settings leave it. */
export const afterEdit = (state: SyncState): SyncState => (state === 'disabled' ? 'disabled' : 'untested');

export const EVERY_HOUR = 3_600_000;

/** Whether the clock alone starts a run: an hour after the last one ended; after a failure only where it may have passed. */
export function isDue(
  row: { state: SyncState; temporary: boolean; endedAt: number | null; leaseUntil: number },
  now: number,
): boolean {
  if (row.leaseUntil > now) return false;
  // Nobody holds the lease of a running synchronization: its process died.
  if (row.state === 'syncing') return true;
  if (row.state !== 'enabled' && !(row.state === 'failed' && row.temporary)) return false;
  return row.endedAt === null || now - row.endedAt >= EVERY_HOUR;
}
