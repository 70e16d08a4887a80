import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { addressReader } from '../../../collector/http/address.ts';

const from = (remoteAddress: string, forwarded?: string): IncomingMessage =>
  ({ socket: { remoteAddress }, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } }) as never;
const FORGED = '198.51.100.1, 198.51.100.2, 203.0.113.9';

test.each<[string[] | number | 'all' | undefined, string | undefined, string]>([
  [undefined, FORGED, '192.0.2.1'],
  [1, undefined, '192.0.2.1'],
  [1, FORGED, '203.0.113.9'],
  [2, FORGED, '198.51.100.2'],
  [9, FORGED, '198.51.100.1'],
  [1, 'no address', '192.0.2.1'],
  [['192.0.2.0/24'], FORGED, '203.0.113.9'],
  [['192.0.2.0/24', '203.0.113.0/24'], FORGED, '198.51.100.2'],
  [['loopback'], FORGED, '192.0.2.1'],
  [1, '198.51.100.1, 203.0.113.9:51234', '203.0.113.9'],
  [1, '[2001:db8::7]:443', '2001:db8::7'],
  [2, '[2001:db8::7], 203.0.113.9:80', '2001:db8::7'],
  [['192.0.2.0/24', '203.0.113.9'], '198.51.100.2:1, 203.0.113.9:2', '198.51.100.2'],
  [1, '203.0.113.9:80:80', '192.0.2.1'],
  [1, '203.0.113.9, evil', '192.0.2.1'],
  ['all', FORGED, '198.51.100.1'],
])('with proxies %j and %j the visitor is %s', (trust, forwarded, visitor) => {
  expect(addressReader(trust)(from('192.0.2.1', forwarded))).toBe(visitor);
});
