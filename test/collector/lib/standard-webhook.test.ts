import { describe, expect, test } from 'vitest';
import { signMessage, verifyMessage } from '../../../collector/lib/standard-webhook.ts';

// The fixed vector of the specification's reference libraries. https://github.com/standard-webhooks/standard-webhooks
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const message = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: '1614265330',
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const NOW = 1_614_265_330_000;

test('the published vector is reproduced and accepted', () => {
  expect(signMessage(message, SECRET)).toBe(message.signature);
  expect(verifyMessage(message, SECRET, NOW)).toEqual({ ok: true });
});

test('a plain text secret works without the prefix', () => {
  const signature = signMessage(message, 'a plain secret');
  expect(verifyMessage({ ...message, signature }, 'a plain secret', NOW)).toEqual({ ok: true });
});

test('one right signature among several is enough: senders sign twice while they rotate', () => {
  const signature = `v1,AAAA v1a,zzz ${message.signature}`;
  expect(verifyMessage({ ...message, signature }, SECRET, NOW)).toEqual({ ok: true });
});

describe('refused', () => {
  test.each([
    ['without an id', { id: '' }, 'webhook-id'],
    ['with a time that is none', { timestamp: 'yesterday' }, 'webhook-timestamp'],
    ['with a time in milliseconds', { timestamp: '1614265330000' }, 'webhook-timestamp'],
    ['six minutes old', { timestamp: String(1_614_265_330 - 360) }, 'webhook-timestamp'],
    ['six minutes ahead', { timestamp: String(1_614_265_330 + 360) }, 'webhook-timestamp'],
    ['with another body', { body: '{"test": 1}' }, 'webhook-signature'],
    ['with another id', { id: 'msg_2' }, 'webhook-signature'],
    ['with another time inside the window', { timestamp: '1614265331' }, 'webhook-signature'],
    ['without a signature', { signature: '' }, 'webhook-signature'],
    [
      'with the signature of another version',
      { signature: message.signature.replace('v1,', 'v2,') },
      'webhook-signature',
    ],
  ])('a message %s', (_name, change, field) => {
    expect(verifyMessage({ ...message, ...change }, SECRET, NOW)).toEqual({
      ok: false,
      problem: { field, message: expect.any(String) },
    });
  });

  test('a message signed with another secret', () => {
    expect(verifyMessage(message, 'whsec_AAAA', NOW)).toMatchObject({ ok: false });
  });
});
