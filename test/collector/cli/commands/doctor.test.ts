import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { buildProgram } from '../../../../collector/cli/program.ts';
import { startSandbox } from '../../../../sandbox/server.ts';
import { configured, conversion, install, NOON, type Installation } from './setup.ts';

interface Finding {
  area: string;
  level: string;
  message: string;
  fix?: string;
}

async function examined(
  installation: Installation,
  ...more: string[]
): Promise<{ findings: Finding[]; error: string | undefined }> {
  const { out, error } = await installation.run(['doctor', '--json', ...more]);
  return { findings: JSON.parse(out) as Finding[], error };
}

const of = (findings: Finding[], area: string) => findings.filter((finding) => finding.area === area);

function buildTag(folder: string): void {
  mkdirSync(join(folder, 'tag'));
  for (const name of ['clickthread.js', 'late.js', 'link.js', 'page.js', 'signals.js'])
    writeFileSync(join(folder, 'tag', name), '(function(s){})(__CT_SETTINGS__)');
}

test('every problem of the environment is a failure with its fix', async () => {
  const { findings, error } = await examined(install({ PORT: 'x', CLICKTHREAD_PUBLIC_URL: 'shop' }));
  expect(findings).toMatchObject([
    { area: 'environment PORT', level: 'fail', message: expect.any(String), fix: expect.any(String) },
    { area: 'environment CLICKTHREAD_PUBLIC_URL', level: 'fail', message: expect.any(String), fix: expect.any(String) },
  ]);
  expect(error).toBe('2 things must be mended.');
});

test('an installation without data is told how to begin, and a missing tag is a failure', async () => {
  const installation = install();
  const tagFolder = join(installation.folder, 'nowhere');
  const { out, error } = await installation.run(['doctor', '--json'], { tagFolder });
  const findings = JSON.parse(out) as Finding[];
  expect(of(findings, 'data')).toMatchObject([
    { area: 'data', level: 'warn', message: 'There is no data yet.', fix: expect.stringContaining('clickthread init') },
  ]);
  expect(of(findings, 'tag')).toMatchObject([{ level: 'fail', fix: expect.stringContaining('npm run build') }]);
  expect(error).toBe('1 thing must be mended.');
});

test('a healthy installation passes, vendors asked', async () => {
  const sandbox = await startSandbox({ clock: () => NOON });
  onTestFinished(() => sandbox.stop());
  const installation = await configured({ CLICKTHREAD_ALLOW_PRIVATE: '1' });
  buildTag(installation.folder);
  await installation.run([
    'connection',
    'add',
    'impact',
    '--type',
    'impact',
    '--set',
    'accountSid=IRdemo',
    '--set',
    'authToken=demo-token',
    '--set',
    'campaignId=1000',
    '--set',
    'actionTrackerId=9876',
    '--set',
    `baseUrl=${sandbox.url}/impact`,
  ]);
  let out = '';
  const program = await buildProgram({
    env: installation.env,
    clock: () => NOON,
    tagFolder: join(installation.folder, 'tag'),
  });
  const { vi } = await import('vitest');
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  await program
    .parseAsync(['node', 'clickthread', 'doctor', '--json'])
    .catch(() => undefined)
    .finally(() => spy.mockRestore());
  const findings = JSON.parse(out) as Finding[];
  expect(findings.filter(({ level }) => level === 'fail')).toEqual([]);
  for (const area of [
    'data folder',
    'durability',
    'migrations',
    'tag',
    'sites',
    'clock',
    'connection shop/impact',
    'deliveries',
    'quarantine',
  ])
    expect(of(findings, area), area).toMatchObject([{ level: 'ok' }]);
  expect(of(findings, 'public address')).toMatchObject([
    { level: 'warn', fix: expect.stringContaining('CLICKTHREAD_PUBLIC_URL') },
  ]);
  expect(of(findings, 'connection shop/net')).toMatchObject([
    { level: 'warn', message: expect.stringContaining('paused') },
  ]);
});

test('held and refused reports, an open breaker and a clock that ran back are told with the way out', async () => {
  const installation = await configured();
  // A clock far ahead of this machine's: what it wrote has not come yet.
  const later = Date.UTC(2100, 0, 1);
  const { store, door } = installation.open(later);
  await door.receive([
    {
      route: 'conversion',
      site: 'shop',
      body: conversion({
        placedAt: new Date(later).toISOString(),
        touches: [{ param: 'irclickid', value: 'abc', at: later - 1000 }],
      }),
    },
    { route: 'conversion', site: 'shop', body: '{"total":1}' },
  ]);
  const [claimed] = await store.claim({
    site: 'shop',
    connection: 'impact',
    now: later + 1,
    leaseMs: 1,
    limit: 1,
    owner: 't',
  });
  await store.settle(
    [
      {
        id: claimed!.delivery.id,
        site: 'shop',
        fence: claimed!.fence,
        change: { state: 'held', reason: 'no', nextAt: null },
        attempts: [],
      },
    ],
    later,
  );
  await store.setBreaker({
    site: 'shop',
    connection: 'impact',
    kind: 'held',
    reason: 'wrong token',
    openedAt: later,
    probeAt: later,
    failures: 1,
  });
  await store.close();
  const { findings, error } = await examined(installation, '--no-test');
  expect(of(findings, 'clock')).toMatchObject([
    { level: 'fail', message: expect.stringContaining('has not come yet') },
  ]);
  expect(of(findings, 'connection shop/impact')).toMatchObject([
    {
      area: 'connection shop/impact',
      level: 'fail',
      message: 'Held since 2100-01-01T00:00:00.000Z: wrong token',
      fix: expect.stringContaining('clickthread replay --connection impact'),
    },
    { area: 'connection shop/impact', level: 'warn', message: '1 report held', fix: expect.any(String) },
  ]);
  expect(of(findings, 'quarantine')).toMatchObject([{ level: 'warn', message: '1 refused order of shop' }]);
  expect(error).toMatch(/things must be mended/);
});

test('a connection that fails its test, and a key that others can read, are named', async () => {
  const installation = await configured({
    CLICKTHREAD_PUBLIC_URL: 'http://t.other.example',
    CLICKTHREAD_ALLOW_PRIVATE: '1',
  });
  writeFileSync(join(installation.folder, 'key'), 'x');
  chmodSync(join(installation.folder, 'key'), 0o644);
  await installation.run([
    'connection',
    'add',
    'impact',
    '--type',
    'impact',
    '--set',
    'accountSid=IRdemo',
    '--set',
    'campaignId=1000',
    '--set',
    'actionTrackerId=9876',
    '--set',
    'baseUrl=http://127.0.0.1:1',
  ]);
  const { findings } = await examined(installation);
  expect(of(findings, 'data folder')).toMatchObject([{ level: 'warn', fix: expect.stringMatching(/^chmod 600/) }]);
  expect(of(findings, 'connection shop/impact')).toMatchObject([
    {
      level: 'fail',
      message: expect.stringContaining('can be reached'),
      fix: 'Mend it, then: clickthread connection test impact',
    },
  ]);
  expect(of(findings, 'public address').map(({ level }) => level)).toEqual(['fail', 'warn', 'warn']);
});
