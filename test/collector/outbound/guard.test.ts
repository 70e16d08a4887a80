import type { LookupAddress } from 'node:dns';
import { describe, expect, test } from 'vitest';
import { checkAddress, guardedLookup, refusedRange } from '../../../collector/outbound/guard.ts';

const closed = { allowPrivate: false };

describe('addresses', () => {
  test.each(['93.184.216.34', '1.1.1.1', '2606:4700::1111'])('%s may be called', (address) => {
    expect(refusedRange(address)).toBeUndefined();
  });

  test.each([
    ...[
      '127.0.0.1',
      '127.1.2.3',
      '10.0.0.1',
      '172.16.0.1',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '100.100.100.200',
    ],
    ...[
      '0.0.0.0',
      '255.255.255.255',
      '224.0.0.1',
      '192.0.2.1',
      '198.18.0.1',
      '240.0.0.1',
      '168.63.129.16',
      '192.0.0.192',
    ],
    ...['::1', '::', 'fe80::1', 'fec0::1', 'fd00:ec2::254', 'ff02::1', '::ffff:10.0.0.1', '::ffff:127.0.0.1'],
    ...[
      '64:ff9b::7f00:1',
      '64:ff9b:1::7f00:1',
      '2002:7f00:1::',
      '2001:0:1::',
      '2001:db8::1',
      '::7f00:1',
      '::808:808',
      '100::1',
      'nonsense',
    ],
  ])('%s may not', (address) => {
    expect(refusedRange(address)).toBeDefined();
  });
});

describe('an address to call', () => {
  test.each([
    ['https://api.impact.com/x', undefined],
    ['http://api.impact.com/x', /must begin with https/],
    ['ftp://api.impact.com/x', /must begin with https/],
    ['https://user:pw@api.impact.com/x', /user name or password/],
    ['https://127.0.0.1/', /127.0.0.1 is not a public address \(loopback\); set CLICKTHREAD_ALLOW_PRIVATE=1/],
    ['https://2130706433/', /127.0.0.1 is not/],
    ['https://0x7f.1/', /127.0.0.1 is not/],
    ['https://0177.0.0.1/', /127.0.0.1 is not/],
    ['https://127.1./', /127.0.0.1 is not/],
    ['https://１２７.0.0.1/', /127.0.0.1 is not/],
    ['https://[::1]:8443/', /::1 is not/],
    ['https://[::ffff:169.254.169.254]/', /is not a public address/],
    ['https://[::127.0.0.1]/', /is not a public address/],
    ['https://localhost/', /localhost is not/],
    ['https://shop.localhost./', /is not a public address/],
    ['/path', /not a URL/],
  ])('%s is judged before any name server is asked', (address, problem) => {
    const message = checkAddress(address, closed);
    if (problem === undefined) expect(message).toBeUndefined();
    else expect(message).toMatch(problem);
  });

  test('may be private and plain where the operator says so, but never without a host of its own', () => {
    expect(checkAddress('http://127.0.0.1:8788/impact', { allowPrivate: true })).toBeUndefined();
    expect(checkAddress('file:///etc/passwd', { allowPrivate: true })).toMatch(/https/);
    expect(checkAddress('http://u@127.0.0.1/', { allowPrivate: true })).toMatch(/user name/);
  });
});

/** What a machine of a cloud is told its credentials by stays shut where private hosts are open. */
const METADATA = [
  '169.254.169.254',
  '2852039166',
  '0xa9fea9fe',
  '0251.0376.0251.0376',
  '169.254.43518',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '[::a9fe:a9fe]',
  '[64:ff9b::a9fe:a9fe]',
  '[2002:a9fe:a9fe::1]',
  '[fe80::1]',
  '[fd00:ec2::254]',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
];
test.each(METADATA)('http://%s/ is never called, whatever the settings, and the message says so', (host) => {
  for (const allowPrivate of [true, false])
    for (const scheme of allowPrivate ? ['http', 'https'] : ['https'])
      expect(checkAddress(`${scheme}://${host}/latest/meta-data/`, { allowPrivate })).toMatch(/never called, whatever/);
});

test.each([
  '10.0.0.5',
  '192.168.1.10',
  '172.16.3.4',
  '127.0.0.1',
  '100.64.0.9',
  '[fd12::5]',
  '[::1]',
  '[::ffff:10.0.0.5]',
])('http://%s/ is called where the operator allows private hosts', (host) =>
  expect(checkAddress(`http://${host}/`, { allowPrivate: true })).toBeUndefined(),
);

describe('the lookup of a connection', () => {
  const look = (addresses: string[], { allowPrivate = false, all = true } = {}) =>
    new Promise<{ error: Error | null; found: string | LookupAddress[] }>((settle) => {
      const lookup = guardedLookup({ allowPrivate, resolve: () => Promise.resolve(addresses) });
      lookup('vendor.example', { all }, (error, found) => settle({ error, found }));
    });

  test('gives exactly the addresses that it has checked', async () => {
    const addresses = ['93.184.216.34', '2606:4700::1111'];
    expect(await look(addresses)).toEqual({
      error: null,
      found: [
        { address: '93.184.216.34', family: 4 },
        { address: '2606:4700::1111', family: 6 },
      ],
    });
    expect((await look(addresses, { all: false })).found).toBe('93.184.216.34');
  });

  test('refuses the name if one of its addresses is private', async () => {
    const { error } = await look(['93.184.216.34', '10.0.0.5']);
    expect(error).toMatchObject({
      code: 'REFUSED_ADDRESS',
      message: expect.stringContaining('vendor.example (10.0.0.5) is not a public address (private)'),
    });
    expect((await look(['10.0.0.5'], { allowPrivate: true })).error).toBeNull();
  });

  test('refuses a name that leads to a machine’s own metadata, also where private hosts are allowed', async () => {
    for (const address of ['169.254.169.254', '::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe', 'fd00:ec2::254'])
      expect((await look(['10.0.0.5', address], { allowPrivate: true })).error).toMatchObject({
        code: 'REFUSED_ADDRESS',
      });
  });

  test('fails for a name without addresses and for a broken name server', async () => {
    expect((await look([])).error).toMatchObject({ code: 'ENOTFOUND' });
    const broken = guardedLookup({
      ...closed,
      resolve: () => Promise.reject(Object.assign(new Error('no'), { code: 'EAI_AGAIN' })),
    });
    const error = await new Promise((settle) => broken('x', {}, settle));
    expect(error).toMatchObject({ code: 'EAI_AGAIN' });
  });
});
