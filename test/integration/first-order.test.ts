import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import { runProgram } from '../../collector/cli/run-program.ts';
import type { Prompts } from '../../collector/cli/terminal/prompts.ts';
import { systemClock } from '../../collector/lib/clock.ts';
import { until } from '../harness/until.ts';

const COMMAND = fileURLToPath(new URL('../harness/clickthread.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'clickthread-first-order-'));
const env = { CLICKTHREAD_DATA: folder, PORT: '18787', CLICKTHREAD_LOG: 'silent' };
const running: ChildProcess[] = [];

afterEach(async () => {
  for (const child of running.splice(0)) {
    // The shell and what it started: a group of its own.
    process.kill(-child.pid!, 'SIGTERM');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

/** What somebody types into `init`, by the beginning of the question; the rest is taken as it is proposed. */
const ANSWERS: Record<string, string | boolean> = {
  ...{ 'A short name': 'shop', Hosts: 'shop.example', Currency: 'USD', 'When may': 'granted' },
  ...{ 'Connect a network': true, 'Which system': 'impact', 'Account SID': 'IRabc123', 'Auth token': 'secret' },
  ...{ Program: '1000', 'Event type': '9876', 'Action tracker': '9876', Rehearse: true, 'Change what': false },
};

function typing(notes: string[]): Prompts {
  const answer = <T>(message: string, proposed: T): string | boolean | T =>
    Object.entries(ANSWERS).find(([start]) => message.startsWith(start))?.[1] ?? proposed;
  return {
    ...{ intro: () => {}, outro: () => {}, note: (text) => void notes.push(text) },
    text: async ({ message, initial = '', check }) => {
      const given = String(answer(message, initial));
      expect(check?.(given), message).toBeUndefined();
      return given;
    },
    select: async ({ message, initial, options }) => String(answer(message, initial ?? options[0]!.value)),
    confirm: async ({ message, initial }) => answer(message, initial ?? true) === true,
  };
}

/** As in a shell whose `clickthread` is this checkout's. */
const shell = (command: string): string => `clickthread() { "${process.execPath}" "${COMMAND}" "$@"; }; ${command}`;

/** A command that goes on running in a terminal of its own. */
async function inTerminal(command: string, ready: RegExp): Promise<void> {
  const child = spawn('bash', ['-c', shell(command)], {
    env: { ...process.env, ...env },
    detached: true,
  });
  running.push(child);
  let out = '';
  child.stdout.on('data', (data) => (out += String(data)));
  child.stderr.on('data', (data) => (out += String(data)));
  await until(() => ready.test(out), { what: `${command}: ${out}` });
}

test('from init in an empty folder to a rehearsal order that was told, by the printed steps to the letter', async () => {
  const begun = performance.now();
  const notes: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const context = { env: { ...process.env, ...env }, clock: systemClock, prompts: typing(notes) };
  let complaint = '';
  const code = await runProgram({
    ...{ argv: ['node', 'clickthread', 'init'], context },
    complain: (text) => void (complaint += text),
  }).finally(() => spy.mockRestore());
  expect([code, complaint]).toEqual([0, '']);
  const steps = [...notes.at(-1)!.matchAll(/^\d\. .*\n {3}(.*)$/gm)].map(([, command = '']) => command);
  expect(steps).toHaveLength(6);
  const [sandbox = '', serve = '', order = '', explain = ''] = steps;
  await inTerminal(sandbox, /shows what each vendor received/);
  await inTerminal(serve, /Clickthread listens on/);
  const run = (command: string) =>
    promisify(execFile)('bash', ['-c', shell(command)], { env: { ...process.env, ...env } });
  const { stdout } = await run(order);
  expect(JSON.parse(stdout)).not.toHaveProperty('errors');
  const story = await until(
    async () => {
      const { stdout: told } = await run(explain);
      return /impact {2}conversion {2}(delivered|confirmed)/.test(told) && told;
    },
    { what: 'the order told to the stand-in' },
  );
  const seconds = (performance.now() - begun) / 1000;
  console.info(`From init in an empty folder to a told rehearsal order: ${seconds.toFixed(1)} s`);
  expect(story).toContain('Credited to impact');
  // The last steps speak to the network itself and to pages that exist; they are named, not followed.
  expect(steps[4]).toBe('clickthread connection set impact --set baseUrl=');
  expect(steps[5]).toBe('clickthread doctor');
});
