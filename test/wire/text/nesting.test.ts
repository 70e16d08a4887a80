import { expect, test } from 'vitest';
import { isDeeperThan } from '../../../wire/text/nesting.ts';

const lists = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const objects = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);

test.each([
  ['lists at the limit', lists(10), false],
  ['lists above it', lists(11), true],
  ['objects at the limit', objects(10), false],
  ['objects above it', objects(11), true],
  ['many side by side', JSON.stringify(Array.from({ length: 100 }, () => [{}])), false],
  ['brackets in a text', JSON.stringify({ a: '['.repeat(50) }), false],
  ['brackets in a text behind an escaped quote', JSON.stringify({ a: `"${'['.repeat(50)}` }), false],
  ['brackets after a text that ends with a backslash', `["\\\\",${lists(11)}]`, true],
  ['a text without an end', `["${'['.repeat(50)}`, false],
  ['nothing', '', false],
])('%s', (_name, text, deeper) => {
  expect(isDeeperThan(text, 10)).toBe(deeper);
});
