import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runProgram } from '../../collector/cli/run-program.ts';
import type { Prompts } from '../../collector/cli/terminal/prompts.ts';
import { systemClock } from '../../collector/lib/clock.ts';
import { until } from '../harness/until.ts';

const COMMAND = fileURLToPath(new URL('../harness/clickthread.mjs', import.meta.url));
const env = { CLICKTHREAD_DATA: '', PORT: '18787', CLICKTHREAD_LOG: 'silent' };
const running: ChildProcess[] = [];

beforeEach(() => {
  env.CLICKTHREAD_DATA = mkdtempSync(join(tmpdir(), 'clickthread-first-order-'));
});
afterEach(async () => {
  for (const child of running.splice(0)) {
    // The shell and what it started: a group of its own.
    process.kill(-child.pid!, 'SIGTERM');
    await once(child, 'exit');
  }
  rmSync(env.CLICKTHREAD_DATA, { recursive: true, force: true });
});

/** What somebody types into `init`, by the beginning of the question; the rest is taken as it is proposed. */
const ANSWERS: Record<string, string | boolean> = {
  ...{ 'A short name': 'shop', Hosts: 'shop.example', Currency: 'USD', 'When may': 'granted' },
  ...{ 'Connect a network': true, 'Which system': 'impact', 'Account SID': 'IRabc123', 'Auth token': 'secret' },
  ...{ Program: '1000', 'Event type': '9876', 'Action tracker': '9876', Rehearse: true, 'Change what': false },
};

function typing(notes: string[], answers: Record<string, string | boolean> = ANSWERS): Prompts {
  const answer = <T>(message: string, proposed: T): string | boolean | T =>
    Object.entries(answers).find(([start]) => message.startsWith(start))?.[1] ?? proposed;
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

/** `init`, and the commands of the steps that it prints. */
async function init(prompts: (notes: string[]) => Prompts, more: Record<string, string> = {}): Promise<string[]> {
  const notes: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const context = { env: { ...process.env, ...env, ...more }, clock: systemClock, prompts: prompts(notes) };
  let complaint = '';
  const code = await runProgram({
    ...{ argv: ['node', 'clickthread', 'init'], context },
    complain: (text) => void (complaint += text),
  }).finally(() => spy.mockRestore());
  expect([code, complaint]).toEqual([0, '']);
  return [...notes.at(-1)!.matchAll(/^\d\. .*\n {3}(.*)$/gm)].map(([, command = '']) => command);
}

const run = (command: string) =>
  promisify(execFile)('bash', ['-c', shell(command)], { env: { ...process.env, ...env } });

test('from init in an empty folder to a rehearsal order that was told, by the printed steps to the letter', async () => {
  const begun = performance.now();
  const steps = await init(typing);
  expect(steps).toHaveLength(6);
  const [sandbox = '', serve = '', order = '', explain = ''] = steps;
  await inTerminal(sandbox, /shows what each vendor received/);
  await inTerminal(serve, /Clickthread listens on/);
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

test('from init, the shop first, to an order of the shop that was told', async () => {
  const begun = performance.now();
  const types = ['woocommerce', 'impact'];
  const shop = 'http://127.0.0.1:8788/woocommerce';
  const secret = 'woo-secret';
  const steps = await init(
    (notes) => {
      const answers = { ...ANSWERS, 'Shop URL': shop, 'Webhook secret': secret };
      const prompts = typing(notes, answers);
      const { select } = prompts;
      return {
        ...prompts,
        select: (question) =>
          question.message.startsWith('Which system') ? Promise.resolve(types.shift()!) : select(question),
      };
    },
    { CLICKTHREAD_ALLOW_PRIVATE: '1' },
  );
  const [sandbox = '', serve = '', hook = ''] = steps;
  await inTerminal(sandbox, /shows what each vendor received/);
  await inTerminal(serve, /Clickthread listens on/);
  const printed = new URL((await run(hook)).stdout.split('\n')[0]!);
  // Before there is a certificate the stand-in reaches the collector on this machine.
  const delivery_url = `http://127.0.0.1:${env.PORT}${printed.pathname}${printed.search}`;
  const merchant = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const response = await fetch(`${shop}/merchant/${path}`, { method: 'POST', body: JSON.stringify(body) });
    return (await response.json()) as Record<string, unknown>;
  };
  await merchant('webhooks', { topic: 'order.created', delivery_url, secret });
  const meta_data = [{ id: 1, key: '_ct_clicks', value: 'irclickid=QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0' }];
  const { id } = await merchant('orders', { number: 'WS-1042', meta_data });
  // By either of its numbers, once there is one.
  const explained = (number: string): Promise<string> =>
    run(`clickthread explain ${number}`).then(
      ({ stdout }) => stdout,
      (error: Error) => error.message,
    );
  for (const number of ['WS-1042', String(id)])
    await until(async () => /impact {2}conversion {2}(delivered|confirmed)/.test(await explained(number)), {
      what: `the shop's order ${number} told to the stand-in`,
    });
  const seconds = (performance.now() - begun) / 1000;
  console.info(`From init in an empty folder to a shop's order that was told: ${seconds.toFixed(1)} s`);
});
