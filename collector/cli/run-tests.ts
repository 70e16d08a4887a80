/** Runs connection tests for a command and tells them in words. */
import type { SyncConnection } from '../configuration/sync-connection.ts';
import { type ConnectionTest, testConnection } from '../configuration/test-connection.ts';
import type { TestReport } from '../configuration/test-source.ts';
import { actionRefusal } from '../model/sync-state.ts';
import { createSender } from '../outbound/send.ts';
import { chooseConnection, chooseSite } from './choose.ts';
import { withService } from './commands/sync.ts';
import type { OpenStore } from './open-store.ts';

/** A source remembers that these settings passed: only then may it be synchronized. */
const record = (open: OpenStore, connection: SyncConnection): Promise<TestReport> =>
  withService(open, async ({ sync }) => {
    const refused = actionRefusal((await sync.state(connection)).state, 'test');
    if (refused === undefined) return sync.test(connection);
    return { ok: false, stages: [{ name: 'state', title: 'It may be tested now', ok: false, message: refused }] };
  });

/** The named connection, or every one that is switched on. */
export async function runTests(
  open: OpenStore,
  want: { id: string | undefined; site: string | undefined },
): Promise<ConnectionTest[]> {
  const { allowPrivate } = open.environment;
  if (want.site !== undefined) await chooseSite(open, want.site);
  const { byId } = await open.sites();
  const all = [...byId.values()].flatMap(({ connections }) => connections);
  const chosen =
    want.id === undefined
      ? all.filter(({ enabled, site }) => enabled && (want.site === undefined || site === want.site))
      : [await chooseConnection(open, want.id, want.site)];
  const sender = createSender({ allowPrivate, clock: open.clock });
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

export function testLines(tests: readonly ConnectionTest[]): string {
  if (tests.length === 0) return 'There is no connection to test.';
  return tests
    .flatMap(({ site, connection, type, stages, advice }) => [
      `${site}/${connection} (${type})`,
      ...stages.map((stage) => `  ${wordOf(stage)}  ${stage.title}: ${stage.message}`),
      ...(advice === null ? [] : [`  note  ${advice}`]),
    ])
    .join('\n');
}

function wordOf({ ok, note }: ConnectionTest['stages'][number]): string {
  if (!ok) return 'FAIL';
  return note ? 'note' : 'ok  ';
}
