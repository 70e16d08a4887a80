import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sendMail, type MailServer } from '../../../collector/outbound/send-mail.ts';
import { startMailServer, type MailServerUnderTest } from '../../harness/mail-server.ts';

const loads = vi.hoisted(() => ({ count: 0 }));
vi.mock('nodemailer', async (original) => {
  loads.count += 1;
  return await original<object>();
});

const MAIL = {
  ...{ from: 'ct@shop.example', to: ['ops@shop.example'], subject: 'Käse', text: 'One line' },
  messageId: '<1@shop.example>',
};
const login = { user: 'ct', password: 'mail-password-1' };

let mail: MailServerUnderTest;
const server = (more: Partial<MailServer> = {}): MailServer => ({
  ...{ host: '127.0.0.1', port: mail.port, tls: 'none' as const },
  ...more,
});
beforeEach(async () => {
  mail = await startMailServer({ login });
});
afterEach(() => mail.close());

test('the mail library is loaded with the first mail, not at the start', async () => {
  expect(loads.count).toBe(0);
  await sendMail(MAIL, server(login));
  expect(loads.count).toBe(1);
});

test('it signs in where user and password are given', async () => {
  expect(await sendMail(MAIL, server(login))).toEqual({ ok: true });
  expect(mail.received).toMatchObject([
    { user: 'ct', from: MAIL.from, to: MAIL.to, body: expect.stringMatching(/One line/) as string },
  ]);
});

test('a wrong password is said in our own words, with neither user nor password', async () => {
  const result = await sendMail(MAIL, server({ user: 'someone', password: 'wrong-password' }));
  expect(result).toMatchObject({
    ok: false,
    message: expect.stringMatching(/refused user and password \(535/) as string,
  });
  expect(JSON.stringify(result)).not.toMatch(/someone|wrong-password/);
  expect(mail.received).toEqual([]);
});
