/** What the first page of a shop says of the tag and of other pixels. */
import { expect, test } from 'vitest';
import { pageFindings } from '../../../../collector/admin/doctor/pages.ts';
import awin from '../../../../collector/destinations/awin/index.ts';
import type { Sender } from '../../../../collector/outbound/send.ts';

const page =
  (html: string, status = 200): Sender['send'] =>
  async () =>
    ({ ok: true, response: { status, headers: {}, body: html } }) as never;
const examine = async (send: Sender['send'], enabled = true) => {
  const connections = [{ enabled, destination: awin }] as never;
  const config = { id: 'shop', domains: ['*.shop.example', 'shop.example'] } as never;
  return pageFindings([{ config, connections }], { send, path: '/t' });
};
const TAG = '<script async src="https://t.shop.example/t/shop.js"></script>';
const AWIN = '<script src="https://www.dwin1.com/1.js"></script>';

test.each([
  ['the tag once', TAG, [['ok', /shop\.example holds the tag once/]]],
  ['no tag', '<p>t/shop.js</p>', [['ok', /does not hold the tag in its source/]]],
  ['the tag twice', TAG + TAG, [['warn', /holds the tag 2 times/]]],
  [
    'what tells the network, too',
    TAG + AWIN,
    [
      ['ok', /once/],
      ['warn', /loads what tells Awin by itself, too/],
    ],
  ],
] as const)('a page that holds %s', async (_title, html, expected) => {
  const found = await examine(page(html));
  expect(found.map(({ level }) => level)).toEqual(expected.map(([level]) => level));
  for (const [index, [, message]] of expected.entries()) expect(found[index]!.message).toMatch(message);
  expect(found.every(({ area }) => area === 'pages of shop')).toBe(true);
});

test('a network that is paused here may be told by the page, and a page that can’t be read is no fault', async () => {
  expect(await examine(page(TAG + AWIN), false)).toMatchObject([{ level: 'ok' }]);
  expect(await examine(page('', 503))).toMatchObject([{ level: 'ok', message: 'shop.example answered with 503' }]);
});
