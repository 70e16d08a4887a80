import { expect, test } from 'vitest';
import { createSeal } from '../../../collector/lib/seal.ts';

const seal = createSeal('an invented key of a test');
const other = createSeal('another invented key of a test');

test.each(['', 'plain', 'ünï 🛒', 'x'.repeat(100_000)])('text is opened as it was sealed (case %#)', (text) => {
  expect(seal.open(seal.seal(text))).toBe(text);
});

test('a sealed text shows nothing of what it holds and differs each time', () => {
  const [a, b] = [seal.seal('jane@example.com'), seal.seal('jane@example.com')];
  expect(a.includes('jane')).toBe(false);
  expect(a.equals(b)).toBe(false);
});

test('it opens from any view of its bytes, as drivers hand them out', () => {
  const bytes = seal.seal('text');
  const padded = new Uint8Array(bytes.length + 7);
  padded.set(bytes, 3);
  expect(seal.open(padded.subarray(3, 3 + bytes.length))).toBe('text');
});

test('another key opens nothing and the error names the variable to look at', () => {
  expect(() => other.open(seal.seal('text'))).toThrow(/CLICKTHREAD_KEY/);
});

test('a changed byte anywhere is noticed', () => {
  const bytes = seal.seal('text');
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    expect(() => seal.open(changed)).toThrow();
  }
  expect(() => seal.open(Buffer.alloc(5))).toThrow(/Not a sealed value/);
});

test('the keyed hash is stable under one key and another under another', () => {
  expect(seal.hash('jane@example.com')).toBe(createSeal('an invented key of a test').hash('jane@example.com'));
  expect(seal.hash('jane@example.com')).not.toBe(other.hash('jane@example.com'));
});
