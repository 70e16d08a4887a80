import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { destinations } from '../../collector/destinations/index.ts';
import { sampleReport } from '../../collector/kit/contract.ts';
import { validateSettings } from '../../collector/kit/validate-settings.ts';
import { networkPage, networks, networksIndex } from './networks.ts';

const folder = new URL('../../docs/networks/', import.meta.url).pathname;

test.each(networks.map((definition) => [definition.name, definition] as const))(
  'the page of %s says what its definition does',
  async (name, definition) => {
    await expect(networkPage(definition)).toMatchFileSnapshot(join(folder, `${name}.md`));
  },
);

test('the table of networks says what the definitions do', async () => {
  await expect(networksIndex()).toMatchFileSnapshot(join(folder, 'README.md'));
});

test('there is a page for each network, one for those that are left out, one that compares, and no other', () => {
  const pages = ['README.md', 'compared.md', 'left-out.md', ...networks.map(({ name }) => `${name}.md`)];
  expect(readdirSync(folder).sort()).toEqual(pages.sort());
});

test('what stands in for a network that is left out is a connection that can be set up', () => {
  const page = readFileSync(join(folder, 'left-out.md'), 'utf8');
  const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
    ([, text]) => parse(text!) as { type: string; settings: Record<string, unknown> },
  );
  expect(examples.length).toBeGreaterThan(0);
  for (const { type, settings } of examples) {
    const definition = destinations.find(({ name }) => name === type)!;
    const checked = validateSettings(definition, settings);
    expect(checked.problems).toEqual([]);
    const request = definition.conversion!(sampleReport(), checked.settings)!;
    expect(JSON.parse(request.body ?? '')).toEqual({
      ...{ order_id: sampleReport().order.orderId, click_id: sampleReport().click!.value, amount: expect.any(String) },
    });
  }
});
