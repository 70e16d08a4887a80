import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { databaseFile } from '../../../collector/environment.ts';
import { configured, install } from './commands/setup.ts';

const VT = '- { id: vt, type: vtmarketing, settings: { apiKey: vt-secret } }';
const garden = (consent: string, ...connections: string[]): string =>
  `sites:\n  - id: garden\n    domains: [garden.example]\n    consent: ${consent}\n    connections:\n${connections.map((one) => `      ${one}\n`).join('')}`;
const impact = (more: string): string =>
  `- { id: impact, type: impact, ${more} settings: { accountSid: IRx, authToken: "impact-secret", campaignId: "1000", actionTrackerId: "9876" } }`;

test('a dry run says what would change, field by field, shows no secret and changes nothing', async () => {
  const { folder, finish, open } = install();
  const file = join(folder, 'garden.yaml');
  writeFileSync(file, garden('wait', impact('window: 30d,'), VT));
  const first = await finish(['apply', '--dry-run', file]);
  expect(first).toEqual({
    ...{ complaint: '', code: 0 },
    out: [
      '+ site garden',
      '  + connection impact (impact)',
      '  + connection vt (vtmarketing)',
      'Would apply: garden (new site, 2 new). Nothing was changed.\n',
    ].join('\n'),
  });
  expect(existsSync(databaseFile(folder))).toBe(false);
  expect((await finish(['apply', file])).out).toBe('Applied: garden (new site, 2 new)\n');

  const pixel = '- { id: pixel, type: sale-pixel, settings: { url: "https://pixel.example/i?o={orderId}" } }';
  writeFileSync(file, garden('auto', impact('window: 7d,').replace('impact-secret', 'another-secret'), pixel));
  const { out } = await finish(['apply', '--dry-run', file]);
  expect(out).toBe(
    [
      '~ site garden',
      '    ~ consent: wait → auto',
      '  ~ connection impact (impact)',
      '      ~ window: 30d → 7d',
      '      ~ settings.authToken: another value',
      '  + connection pixel (sale-pixel)',
      '    connection vt (vtmarketing): not in the file, stays',
      'Would apply: garden (site settings changed, 1 changed, 1 new, 1 not in the file). Nothing was changed.',
      'Not in the file, and still in force: garden/vt (--prune removes it with its secrets)\n',
    ].join('\n'),
  );
  expect(out).not.toMatch(/secret[^s]/);
  const { store } = open();
  expect((await store.configuration()).connections.map(({ id }) => id)).toEqual(['impact', 'vt']);
});

test('a first file that is wrong leaves no data behind, and neither does a first dry run', async () => {
  const { folder, finish } = install();
  const file = join(folder, 'garden.yaml');
  writeFileSync(file, garden('perhaps', impact('window: 30d,')));
  for (const more of [[], ['--dry-run']]) {
    const { complaint, code } = await finish(['apply', ...more, file]);
    expect([complaint, code]).toEqual([expect.stringContaining('line 4: sites[0].consent: must be wait'), 1]);
    expect(readdirSync(folder)).toEqual(['garden.yaml']);
  }
});

test('what is left out of the file stays until it is pruned; what is as before is said to be', async () => {
  const { folder, finish, open } = install();
  const file = join(folder, 'garden.yaml');
  writeFileSync(file, garden('wait', impact(''), VT));
  await finish(['apply', file]);
  expect((await finish(['apply', file])).out).toBe('Applied: garden (2 as before)\n');
  writeFileSync(file, garden('wait', VT));
  expect((await finish(['apply', file])).out).toMatch(
    /^Applied: garden \(1 as before, 1 not in the file\)\nNot in the file, and still in force: garden\/impact/,
  );
  const { store } = open();
  expect((await store.configuration()).connections).toHaveLength(2);
  expect((await finish(['apply', '--prune', '--dry-run', file])).out).toContain(
    'Would remove with its settings and secrets: garden/impact',
  );
  expect((await store.configuration()).connections).toHaveLength(2);
  expect((await finish(['apply', '--prune', file])).out).toBe(
    'Applied: garden (1 as before, 1 removed)\nRemoved with its settings and secrets: garden/impact\n',
  );
  expect((await store.configuration()).connections.map(({ id }) => id)).toEqual(['vt']);
});

test('some settings of a connection can be changed while the others stay, secrets included', async () => {
  const { finish, open } = await configured();
  const args = ['connection', 'set', 'impact', '--no-test', '--set'];
  expect((await finish([...args, 'campaignId=2000'])).out).toBe('Saved: impact\n');
  const { store, seal } = open();
  const row = (await store.configuration()).connections.find(({ id }) => id === 'impact')!;
  expect(JSON.parse(row.settings)).toMatchObject({ accountSid: 'IRxxx', campaignId: '2000' });
  expect(JSON.parse(seal.open(row.secrets!))).toEqual({ authToken: 'tok/en+Secret=1' });
  expect((await finish([...args, 'campainId=1'])).complaint).toContain('did you mean campaignId?');
  expect((await finish(['connection', 'set', 'impact'])).complaint).toMatch(/Name at least one setting/);
});
