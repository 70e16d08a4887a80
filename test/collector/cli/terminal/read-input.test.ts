import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readInput } from '../../../../collector/cli/terminal/read-input.ts';
import { temporaryFolders } from '../../../harness/folder.ts';

const folder = temporaryFolders();
const TEXT = 'sites:\n  - id: shop\n    name: Café Ώρα\n';
const big = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

test.each<[string, Buffer]>([
  ['UTF-8', Buffer.from(TEXT)],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${TEXT}`)],
  ['UTF-16 with a mark', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
  ['UTF-16 without one', Buffer.from(TEXT, 'utf16le')],
  ['big-endian UTF-16 with a mark', big(`\ufeff${TEXT}`)],
  ['big-endian UTF-16 without one', big(TEXT)],
])('a file in %s is read', (_name, bytes) => {
  const file = join(folder(), 'sites.yaml');
  writeFileSync(file, bytes);
  expect(readInput(file)).toBe(TEXT);
});

test('letters of one byte are read in a report, and refused with their line elsewhere', () => {
  const file = join(folder(), 'sites.yaml');
  writeFileSync(file, Buffer.from('sites:\n  - id: shop\n    name: Café\n', 'latin1'));
  expect(readInput(file, { legacy: true })).toContain('Café');
  expect(() => readInput(file)).toThrow(`${file} is not UTF-8 (line 3 is the first that is not): save it as UTF-8`);
});

test.each([
  ['none.yaml', 'there is no such file'],
  ['.', 'it is a folder'],
])('%s says why it can not be read', (name, why) => {
  expect(() => readInput(join(folder(), name))).toThrow(why);
});
