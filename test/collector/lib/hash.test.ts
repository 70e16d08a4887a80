import { expect, test } from 'vitest';
import { hmacSha256, normalEmail, sameSecret, sha1, sha256 } from '../../../collector/lib/hash.ts';

// Vectors: FIPS 180 ("abc") and RFC 4231, case 2.
test('hashes agree with the published vectors', () => {
  expect(sha1('abc')).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(hmacSha256('Jefe', 'what do ya want for nothing?')).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
});

test('an e-mail is trimmed and lower-cased before it is hashed, and nothing that anybody sees is changed', () => {
  expect(normalEmail('  Jane+Shop@Example.COM ')).toBe('jane+shop@example.com');
});

test.each([
  ['in full width', 'ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ'],
  ['with a blank that nobody sees', 'jane\u200b@example.com'],
  ['with a soft hyphen and a direction mark', 'ja\u00adne\u200e@Example.com'],
  ['with an ideographic full stop', 'jane@example。com'],
])('an e-mail %s is the same person', (_how, email) => {
  expect(normalEmail(email)).toBe('jane@example.com');
});

test.each([
  ['abc', 'abc', true],
  ['abc', 'abd', false],
  ['abc', 'abcd', false],
  ['', '', true],
  ['é', 'e', false],
])('%j and %j are the same secret: %s', (a, b, same) => {
  expect(sameSecret(a, b)).toBe(same);
});
