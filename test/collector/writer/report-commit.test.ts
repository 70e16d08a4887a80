import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Ingest } from '../../../collector/ingest/ingest.ts';
import type { Command, CommandReply, Work } from '../../../collector/intake/command.ts';
import { createReportCommit } from '../../../collector/writer/report-commit.ts';

const report = (orderId: string): Command => ({ type: 'change', site: 'shop', orderId, patch: { amounts: {} } });
const replyTo = (orderId: string): CommandReply => ({ type: 'change', orderId, result: 'updated' });
const nameOf = (command: Command): string => (command as { orderId: string }).orderId;
const WORK: Work[] = [{ site: 'shop', connection: 'awin' }];

/** Stores at once; `held` come later, `poison` makes the whole commit fail, `bad` can't be recorded by itself. */
function ingestOf({ held = [], poison, bad }: { held?: readonly string[]; poison?: string; bad?: string } = {}) {
  const commits: string[][] = [];
  const free: (() => void)[] = [];
  const ingestEach: Ingest['ingestEach'] = (commands) => {
    const names = commands.map(nameOf);
    commits.push(names);
    if (poison !== undefined && names.includes(poison)) return Promise.reject(new Error(`no order ${poison}`));
    const later = names.flatMap((name, place) =>
      held.includes(name)
        ? [
            [
              place,
              new Promise<{ reply: CommandReply; work: Work[] }>((resolve) => {
                free.push(() => resolve({ reply: replyTo(name), work: WORK }));
              }),
            ] as const,
          ]
        : [],
    );
    const failed: CommandReply = {
      type: 'failed',
      problem: { field: 'body', message: `could not be recorded: ${bad}` },
    };
    const replies = names.map((name) => {
      if (held.includes(name)) return undefined;
      return name === bad ? failed : replyTo(name);
    });
    return Promise.resolve({ replies, work: WORK, later: new Map(later) });
  };
  return { commits, free, ...createReportCommit({ ingestEach }) };
}

const namesIn = async (call: Promise<{ replies: readonly CommandReply[] }>): Promise<string[]> =>
  (await call).replies.map((reply) => (reply as { orderId: string }).orderId);

test('what arrives together is one commit, and each call gets its own answers and one of them the work', async () => {
  const { ingest, commits } = ingestOf();
  const calls = [ingest([report('1'), report('2')]), ingest([]), ingest([report('3')])];
  expect(await Promise.all(calls.map(namesIn))).toEqual([['1', '2'], [], ['3']]);
  expect(commits).toEqual([['1', '2', '3']]);
  expect((await Promise.all(calls)).flatMap(({ work }) => work)).toEqual(WORK);
});

test('an order whose row somebody holds keeps its own call waiting alone', async () => {
  const { ingest, free } = ingestOf({ held: ['2'] });
  const waiting = ingest([report('1'), report('2')]);
  const other = ingest([report('3')]);
  expect(await namesIn(other)).toEqual(['3']);
  let done = false;
  void waiting.then(() => (done = true));
  await nextTurn();
  expect(done).toBe(false);
  free[0]!();
  expect(await namesIn(waiting)).toEqual(['1', '2']);
});

test('what breaks with one call is no other call’s', async () => {
  const { ingest, commits } = ingestOf({ poison: '2' });
  const calls = ['1', '2', '3'].map((name) => ingest([report(name)]).catch((error: Error) => error.message));
  expect(await Promise.all(calls)).toMatchObject([
    { replies: [{ orderId: '1' }] },
    'no order 2',
    { replies: [{ orderId: '3' }] },
  ]);
  expect(commits).toEqual([['1', '2', '3'], ['1'], ['2'], ['3']]);
});

test('what could not be recorded is no answer of its call, and no other call’s', async () => {
  const { ingest } = ingestOf({ bad: '2' });
  const calls = ['1', '2', '3'].map((name) => ingest([report(name)]).catch((error: Error) => error.message));
  expect(await Promise.all(calls)).toMatchObject([
    { replies: [{ orderId: '1' }] },
    'A report could not be recorded: 2',
    { replies: [{ orderId: '3' }] },
  ]);
});
