/** The example of a network of one's own, used as an outsider would: copied into a folder that has Clickthread installed. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, startCollector } from '../harness/collector.ts';
import { until } from '../harness/until.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
let network: Server;
let collector: Collector;
const received: { url: string; key: string; body: unknown }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'own-network-'));
  cpSync(join(root, 'examples/own-network'), folder, { recursive: true });
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/clickthread'), 'dir');
  network = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({
        url: request.url ?? '',
        key: request.headers.authorization ?? '',
        body: JSON.parse(body) as unknown,
      });
      response.end('{"status":"ok"}');
    });
  });
  await new Promise<void>((resolve) => network.listen(0, '127.0.0.1', resolve));
  collector = await startCollector({ yaml: 'sites: [{ id: shop, domains: [shop.example], consent: granted }]' });
});

afterAll(async () => {
  await collector?.remove();
  network?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('its own tests pass in its folder: the published contract and its examples', () => {
  const { status, stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stdout).toMatch(/# fail 0/);
  expect(Number(/# pass (\d+)/.exec(stdout)?.[1])).toBeGreaterThan(20);
  expect(status).toBe(0);
});

test('a running collector takes it up with "apply", tells it of its order, and explains what it answered', async () => {
  const file = join(folder, 'clickthread.yaml');
  const base = `http://127.0.0.1:${(network.address() as AddressInfo).port}`;
  const yaml = readFileSync(file, 'utf8').replace('apiKey:', `baseUrl: "${base}", apiKey:`);
  writeFileSync(file, yaml);
  const applied = await collector.runWith({ ACME_KEY: 'acme-secret-key' }, 'apply', file);
  expect(applied).toMatchObject({ code: 0, err: '' });
  const touch = { visitor: 'visitor-of-acme', touches: [{ param: 'acme_click', value: 'click-1', at: Date.now() }] };
  const order = { ...touch, orderId: 'A1', total: '20.00', currency: 'USD' };
  expect((await collector.browser('conversion', order, { origin: 'https://shop.example' })).status).toBe(200);
  const [delivery] = await until(
    async () => {
      const { deliveries } = await collector.explain('A1');
      return deliveries.some(({ state }) => state === 'delivered') && deliveries;
    },
    { what: 'the order to be told', timeout: 30_000 },
  );
  expect(delivery).toMatchObject({ connection: 'acme', reason: 'Acme Partners has recorded the order' });
  expect(received).toEqual([
    {
      url: '/programmes/100200/orders',
      key: 'Bearer acme-secret-key',
      body: expect.objectContaining({ click: 'click-1', order: 'A1', amount: '20.00' }) as unknown,
    },
  ]);
  expect(JSON.stringify(await collector.explain('A1'))).not.toContain('acme-secret-key');
});

test('a plugin that is not there is named with its place, and nothing is changed', async () => {
  const file = join(folder, 'wrong.yaml');
  writeFileSync(file, 'plugins: [./missing.mjs]\nsites: [{ id: shop, domains: [shop.example] }]\n');
  const { code, err } = await collector.run('apply', file);
  expect(code).toBe(1);
  expect(err).toContain('there is no ./missing.mjs beside the file');
  expect((await collector.run('export-config')).out).toContain('acme-partners');
});
