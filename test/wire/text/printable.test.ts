import { describe, expect, test } from 'vitest';
import { escapeCell, escapeUnprintable, hasDeceptive } from '../../../wire/text/printable.ts';

const control = [...Array.from({ length: 32 }, (_, code) => code), ...Array.from({ length: 33 }, (_, n) => 0x7f + n)];
const bidirectional = [0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069];
const steering = [
  ...control.filter((code) => code !== 9 && code !== 10),
  ...bidirectional,
  0x2028,
  0x2029,
  0xfeff,
  0xe0041,
];

describe('what a terminal gets', () => {
  test.each(steering)('U+%d is written out, and JSON that holds it stays the same JSON', (code) => {
    const char = String.fromCodePoint(code);
    const shown = escapeUnprintable(`a${char}b`);
    expect(shown).toMatch(/^a(\\u[0-9a-f]{4})+b$/);
    const json = JSON.stringify({ name: `a${char}b` });
    expect(JSON.parse(escapeUnprintable(json))).toEqual({ name: `a${char}b` });
  });

  test('words, line breaks, columns, emoji and joiners stay as they are', () => {
    const text = 'Straße\t5\nנעליים 👩‍👩‍👧 می‌خواهم "x" \\ %';
    expect(escapeUnprintable(text)).toBe(text);
  });

  test('a cell begins no row of its own', () => {
    expect(escapeCell('ok\nFAIL  forged\t\u001b[2J')).toBe('ok\\u000aFAIL  forged\\u0009\\u001b[2J');
  });
});

test.each([...control, ...bidirectional])('U+%d makes an id deceptive', (code) => {
  expect(hasDeceptive(`O${String.fromCodePoint(code)}1`)).toBe(true);
});

test('ids in any script are honest', () => {
  expect(['O-1', 'Zażółć 7', 'מספר-9', 'заказ/12', '注文5'].some(hasDeceptive)).toBe(false);
});
