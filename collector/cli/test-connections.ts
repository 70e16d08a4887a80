/** Runs connection tests for a command and tells them in words. */
import { systemClock } from '../lib/clock.ts';
import { createSender } from '../send.ts';
import { testConnection, type ConnectionTest } from '../test-connection.ts';
import type { SyncConnection } from '../sync-run.ts';
import { refusal } from '../sync-state.ts';
import type { TestReport } from '../sync-test.ts';
import { chooseConnection } from './choose.ts';
import type { OpenStore } from './context.ts';
import { withService } from './sync.ts';

/** A source remembers that these settings passed: only then may it be synchronized. */
const record = (open: OpenStore, connection: SyncConnection): Promise<TestReport> =>
  withService(open, async ({ sync }) => {
    const refused = refusal((await sync.state(connection)).state, 'test');
    if (refused === undefined) return sync.test(connection);
    return { ok: false, stages: [{ name: 'state', title: 'It may be tested now', ok: false, message: refused }] };
  });

/** The named connection, or every one that is switched on. */
export async function runTests(
  open: OpenStore,
  want: { id: string | undefined; site: string | undefined },
): Promise<ConnectionTest[]> {
  const { allowPrivate } = open.environment;
  const { byId } = await open.sites();
  const all = [...byId.values()].flatMap(({ connections }) => connections);
  const chosen =
    want.id === undefined
      ? all.filter(({ enabled, site }) => enabled && (want.site === undefined || site === want.site))
      : [await chooseConnection(open, want.id, want.site)];
  const sender = createSender({ allowPrivate, clock: systemClock });
  try {
    const tests: ConnectionTest[] = [];
    for (const connection of chosen)
      tests.push(
        await testConnection(connection, {
          send: sender.send,
          allowPrivate,
          now: open.now,
          testSource: (sync) => record(open, sync),
        }),
      );
    return tests;
  } finally {
    await sender.close();
  }
}

export function tellTests(tests: readonly ConnectionTest[]): string {
  if (tests.length === 0) return 'There is no connection to test.';
  return tests
    .flatMap(({ site, connection, type, stages, advice }) => [
      `${site}/${connection} (${type})`,
      ...stages.map(({ ok, title, message }) => `  ${ok ? 'ok  ' : 'FAIL'}  ${title}: ${message}`),
      ...(advice === null ? [] : [`  note  ${advice}`]),
    ])
    .join('\n');
}
