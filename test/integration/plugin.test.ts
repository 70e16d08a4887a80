/** The example of a network of one's own, used as an outsider would: copied into a folder that has Clickthread installed. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import builtIn from '../../collector/destinations/dub.ts';
import { sampleReport } from '../../collector/kit/contract.ts';
import type { Destination } from '../../collector/kit/destination.ts';
import { validateSettings } from '../../collector/kit/validate-settings.ts';
import { systemClock } from '../../collector/lib/clock.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { type Collector, startCollector } from '../harness/collector.ts';
import { until } from '../harness/until.ts';
import { controlOf } from '../sandbox/control.ts';

const ADMIN = 'an-invented-admin-token';
const KEY = 'dub/secret+key=1';
const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
let sandbox: Sandbox;
let collector: Collector;
const dub = controlOf(() => sandbox, 'dub');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'own-network-'));
  cpSync(join(root, 'examples/own-network'), folder, { recursive: true });
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/clickthread'), 'dir');
  sandbox = await startSandbox({ clock: systemClock });
  await dub.settings({ apiKey: KEY, commissionDelayMs: 0 });
  collector = await startCollector({
    yaml: 'sites: [{ id: shop, domains: [shop.example], consent: granted }]',
    env: { CLICKTHREAD_ADMIN_TOKEN: ADMIN },
  });
});

afterAll(async () => {
  await collector?.remove();
  await sandbox?.stop();
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

test('is the network of the catalogue, moved: the same requests and the same readings', async () => {
  const { default: moved } = (await import(pathToFileURL(join(folder, 'dub.mjs')).href)) as { default: Destination };
  const { settings } = validateSettings(builtIn, { apiKey: KEY });
  expect(validateSettings(moved, { apiKey: KEY }).settings).toEqual(settings);
  const answers = [
    '{"sale":{}}',
    '{"sale":null}',
    '{"id":"cm_1"}',
    '<html>',
    '{"error":{"message":"already so"}}',
  ].flatMap((body) => [200, 400, 403, 404, 409, 422, 429, 500].map((status) => ({ status, headers: {}, body })));
  for (const kind of ['conversion', 'modification', 'reversal'] as const) {
    const asked = sampleReport({}, { kind });
    const report = { ...asked, facts: { commission: 'cm_1' } };
    expect(moved.prepare!.request(asked, settings)).toEqual(builtIn.prepare!.request(asked, settings));
    expect(moved[kind]!(report, settings)).toEqual(builtIn[kind]!(report, settings));
    for (const answer of answers)
      expect(moved.outcome!(answer, report, settings)).toEqual(builtIn.outcome!(answer, report, settings));
  }
});

test('a running collector takes it up with "apply", tells it of an order, its change and its refund, and explains what it answered', async () => {
  const file = join(folder, 'clickthread.yaml');
  const yaml = readFileSync(file, 'utf8').replace('apiKey:', `baseUrl: "${sandbox.url}/dub", apiKey:`);
  writeFileSync(file, yaml);
  const applied = await collector.runWith({ DUB_KEY: KEY }, 'apply', file);
  expect(applied).toMatchObject({ code: 0, err: '' });
  expect((await collector.run('connection', 'test', 'dub')).out).toContain('Dub accepts the API key');
  const click = { param: 'dub_id', value: 'aB3_dE6-hI9kL2mN', at: Date.now() };
  const order = { visitor: 'visitor-of-dub', touches: [click], orderId: 'D1', total: '20.00', currency: 'USD' };
  expect((await collector.browser('conversion', order, { origin: 'https://shop.example' })).status).toBe(200);
  const told = (kind: string) =>
    until(
      async () => {
        const { deliveries } = await collector.explain('D1');
        return deliveries.find((one) => one.kind === kind && one.state === 'delivered');
      },
      { what: `the ${kind} to be told`, timeout: 30_000 },
    );
  expect(await told('conversion')).toMatchObject({ connection: 'dub', reason: 'recorded by Dub' });
  const shop = { authorization: `Bearer ${ADMIN}` };
  await collector.api('PATCH', '/v1/orders/D1?site=shop', { total: '15.00' }, shop);
  await told('modification');
  expect((await dub.state()).recorded).toMatchObject([{ invoiceId: 'D1', clickId: click.value, amount: 1500 }]);
  await collector.api('PATCH', '/v1/orders/D1?site=shop', { status: 'refunded' }, shop);
  await told('reversal');
  expect((await dub.state()).recorded).toMatchObject([{ status: 'refunded', duplicates: 0 }]);
  expect(JSON.stringify(await collector.explain('D1'))).not.toContain(KEY);
});

test('a plugin that is not there is named with its place, and nothing is changed', async () => {
  const file = join(folder, 'wrong.yaml');
  writeFileSync(file, 'plugins: [./missing.mjs]\nsites: [{ id: shop, domains: [shop.example] }]\n');
  const { code, err } = await collector.run('apply', file);
  expect(code).toBe(1);
  expect(err).toContain('there is no ./missing.mjs beside the file');
  expect((await collector.run('export-config')).out).toContain('own-dub');
});
