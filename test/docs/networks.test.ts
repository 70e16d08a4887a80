import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
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

test('there is a page for each network, and no other', () => {
  expect(readdirSync(folder).sort()).toEqual(['README.md', ...networks.map(({ name }) => `${name}.md`)].sort());
});
