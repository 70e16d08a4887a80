import { describe, expect, test } from 'vitest';
import { networkKey } from '../../../../collector/lib/limits/network-key.ts';

describe('an address stands for one visitor', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['64:ff9b::203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2'],
    ['2001:db8:1:2::', '2001:db8:1:2'],
    ['2001:db8::5', '2001:db8:0:0'],
    ['2001:0db8:0001::5', '2001:db8:1:0'],
    ['172.32.0.1', '172.32.0.1'],
    ['100.128.0.1', '100.128.0.1'],
  ])('%s by %s', (address, key) => {
    expect(networkKey(address)).toBe(key);
  });

  test('NAT64 keeps the addresses behind it apart', () => {
    expect(networkKey('64:ff9b::cb00:7107')).not.toBe(networkKey('64:ff9b::cb00:7108'));
  });

  test('two /64 of one house are two, two addresses of one /64 are one', () => {
    expect(networkKey('2001:db8:0:1::1')).not.toBe(networkKey('2001:db8:0:2::1'));
    expect(networkKey('2001:db8:0:1::1')).toBe(networkKey('2001:db8:0:1:aaaa::9'));
  });
});

test.each([
  ...['127.0.0.1', '127.9.9.9', '::1', '::', '0.0.0.0', '10.1.2.3', '192.168.0.9', '172.16.0.1', '172.31.255.1'],
  ...['169.254.1.1', '100.64.0.1', '100.127.1.1', 'fe80::1', 'fe80::1%eth0', 'fd00::1', 'fc12:3::4'],
  ...['::ffff:127.0.0.1', '::ffff:10.0.0.1', 'unix', '', 'a b', '203.0.113.999'],
])('%j is nobody’s alone', (address) => {
  expect(networkKey(address)).toBeUndefined();
});

test('no address is nobody’s', () => {
  expect(networkKey(undefined)).toBeUndefined();
});
