import { expect, test } from 'vitest';
import { newId } from '../../../collector/lib/id.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');

test('an id is a UUID of version 7 that begins with its time', () => {
  const id = newId(NOW);
  expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(NOW);
});

test('a hundred thousand ids of one millisecond all differ and sort in the order in which they were made', () => {
  const ids = Array.from({ length: 100_000 }, () => newId(NOW));
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort().findIndex((id, at) => id !== ids[at])).toBe(-1);
});

test('ids of a later millisecond sort after those of an earlier one', () => {
  const ids = [newId(NOW + 2), newId(NOW), newId(NOW + 1)];
  expect([...ids].sort()).toEqual([ids[1], ids[2], ids[0]]);
});
