/** `clickthread sandbox`: what it prints, and that it starts and stops. */
import { expect, it } from 'vitest';
import { runSandbox } from '../../sandbox/main.ts';
import { vendorFactories } from '../../sandbox/vendors.ts';

const NOON = Date.parse('2026-11-20T12:00:00Z');

it('prints the address of every vendor and stops', async () => {
  const lines: string[] = [];
  const sandbox = await runSandbox({ port: 0, clock: () => NOON, print: (line) => lines.push(line), verbose: true });
  const text = lines.join('\n');
  expect(sandbox.vendors).toHaveLength(vendorFactories.length);
  for (const { name, title } of sandbox.vendors)
    expect(text).toMatch(new RegExp(`${title} +${sandbox.url}/${name}$`, 'm'));
  await fetch(`${sandbox.url}/postback/x?token=hush`);
  expect(lines.at(-1)).toBe('postback: GET /x?token=*** → 200');
  await sandbox.stop();
  await expect(fetch(sandbox.url)).rejects.toThrow();
});

it('says so when its port is taken', async () => {
  const first = await runSandbox({ port: 0, clock: () => NOON, print: () => undefined });
  await expect(runSandbox({ port: first.port, clock: () => NOON, print: () => undefined })).rejects.toThrow(
    /EADDRINUSE/,
  );
  await first.stop();
});
