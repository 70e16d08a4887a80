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
    expect(text).toMatch(new RegExp(`${title} +${sandbox.url}/${name}(, .*)?$`, 'm'));
  await fetch(`${sandbox.url}/postback/x?token=hush`);
  expect(lines.at(-1)).toBe('postback: GET /x?token=*** → 200');
  await sandbox.stop();
  await expect(fetch(sandbox.url)).rejects.toThrow();
});

it('prints what lets a connection into its CS-Cart shop, for the key is shown nowhere else', async () => {
  const lines: string[] = [];
  const sandbox = await runSandbox({ port: 0, clock: () => NOON, print: (line) => lines.push(line) });
  const said = lines.map((line) => /adminEmail (\S+), apiKey (\S+)$/.exec(line)).find((found) => found !== null);
  const ask = (key: string) =>
    fetch(`${sandbox.url}/cs-cart/api/2.0/orders`, {
      headers: { authorization: `Basic ${Buffer.from(`${said?.[1]}:${key}`).toString('base64')}` },
    });
  expect([(await ask(said?.[2] ?? '')).status, (await ask('another')).status]).toEqual([200, 401]);
  await sandbox.stop();
});

it('says so when its port is taken', async () => {
  const first = await runSandbox({ port: 0, clock: () => NOON, print: () => undefined });
  await expect(runSandbox({ port: first.port, clock: () => NOON, print: () => undefined })).rejects.toThrow(
    /EADDRINUSE/,
  );
  await first.stop();
});
