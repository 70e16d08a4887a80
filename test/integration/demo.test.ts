import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../harness/until.ts';

const COMMAND = fileURLToPath(new URL('../harness/clickthread.mjs', import.meta.url));
const run = promisify(execFile);

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'clickthread-demo-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function busyPort(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { server, port: (server.address() as { port: number }).port };
}

test('a port that is none is named as the option that it was given with, and nothing is left behind', async () => {
  const folder = temporary();
  const failed = await run(process.execPath, [COMMAND, 'demo', '--port', 'abc'], {
    env: { ...process.env, TMPDIR: folder },
  }).catch((error: { code: number; stderr: string }) => error);
  expect(failed).toMatchObject({ code: 1, stderr: '--port must be a whole number from 0 to 65535.\n' });
  expect(readdirSync(folder)).toEqual([]);
});

test('the demo passes busy ports by, tells every report, and what it prints works; stopped, it leaves nothing', async () => {
  const folder = temporary();
  const { port } = await busyPort();
  const demo = spawn(process.execPath, [COMMAND, 'demo', '--port', String(port)], {
    env: { ...process.env, TMPDIR: folder },
  });
  onTestFinished(() => void demo.kill('SIGKILL'));
  let out = '';
  demo.stdout.on('data', (data) => (out += String(data)));
  demo.stderr.on('data', (data) => (out += String(data)));
  await until(() => out.includes('Ctrl-C stops everything'), { what: `the demo: ${out}` });
  const collector = /collector (http\S+)/.exec(out)![1]!;
  expect(collector).not.toContain(`:${port}`);
  const home = await fetch(`${collector}/`);
  expect([home.status, await home.text()]).toEqual([200, expect.stringContaining('It is ready: orders are taken.')]);

  const order = {
    ...{ orderId: 'DEMO-1', total: '112.00', currency: 'USD', visitor: 'visitor-0001' },
    touches: [{ param: 'irclickid', value: 'demo-click', at: Date.now() - 1000 }],
  };
  const origin = /(http:\/\/localhost:\d+)\/\?irclickid/.exec(out)![1]!;
  const headers = { 'content-type': 'text/plain', origin };
  const reported = await fetch(`${collector}/t/shop/conversion`, {
    method: 'POST',
    headers,
    body: JSON.stringify(order),
  });
  expect(reported.status).toBe(200);
  await until(() => /^DEMO-1 112\.00 USD → impact: (delivered|confirmed)$/m.test(out), {
    what: `a line an order: ${out}`,
  });

  // What is printed is typed as it stands, where `npx clickthread` is this checkout's.
  const shell = (command: string) =>
    run('bash', ['-c', `npx() { shift; "${process.execPath}" "${COMMAND}" "$@"; }; ${command}`], { env: process.env });
  const printed = (name: string): string => new RegExp(`^ +\\d\\. .*? {2,}(\\S.* ${name}.*)$`, 'm').exec(out)![1]!;
  expect((await shell(printed('explain').replace('ORDERID', 'DEMO-1'))).stdout).toContain('Credited to impact');
  const { stdout: findings } = await shell(printed('doctor'));
  expect(findings).not.toContain('FAIL');
  expect(findings).toContain(`collector: running on ${collector}`);

  demo.kill('SIGINT');
  const [code] = (await once(demo, 'exit')) as [number | null];
  expect(code).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
});
