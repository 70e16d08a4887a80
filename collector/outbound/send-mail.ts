/** One e-mail to one mail server. Failures are values, in our own words: what a server answers may hold addresses. Nothing is retried here. */
import { seconds } from '../lib/duration.ts';

export interface MailServer {
  host: string;
  port: number;
  /** `starttls`: encrypted before anything is said, or nothing is sent. */
  tls: 'starttls' | 'implicit' | 'none';
  user?: string;
  password?: string;
}

export interface Mail {
  from: string;
  to: readonly string[];
  subject: string;
  text: string;
  /** The same message sent again has the same one. */
  messageId: string;
}

export type MailResult = { ok: true } | { ok: false; message: string };

const CONNECT = seconds(10);
const SILENCE = seconds(20);

/** `Auto-Submitted` keeps holiday answers away (RFC 3834). */
const HEADERS = { 'Auto-Submitted': 'auto-generated' };

export async function sendMail(mail: Mail, server: MailServer): Promise<MailResult> {
  const { host, port, tls, user, password } = server;
  // Loaded with the first mail: a start has no use for it.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    ...{ host, port, secure: tls === 'implicit', requireTLS: tls === 'starttls', ignoreTLS: tls === 'none' },
    ...(user === undefined || password === undefined ? {} : { auth: { user, pass: password } }),
    ...{ connectionTimeout: CONNECT, greetingTimeout: CONNECT, socketTimeout: SILENCE, dnsTimeout: CONNECT },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  const { from, to, subject, text, messageId } = mail;
  try {
    const sent = await transport.sendMail({ from, to: [...to], subject, text, messageId, headers: HEADERS });
    const refused = sent.rejected.length;
    return refused === 0
      ? { ok: true }
      : { ok: false, message: `${host} took the message for ${to.length - refused} of ${to.length} addresses only` };
  } catch (error) {
    return { ok: false, message: wordsOf(error as MailError, `${host}:${port}`) };
  } finally {
    transport.close();
  }
}

interface MailError extends Error {
  code?: string;
  responseCode?: number;
  command?: string;
}

/** What nodemailer names in capitals. */
const CODES: Readonly<Record<string, string>> = {
  EAUTH: 'refused user and password',
  EDNS: 'has no address: look at its name',
  ECONNECTION: 'is not reached, or it closed the connection',
  ECONNREFUSED: 'takes no connection: nothing listens there, or a firewall stands between',
  ENOTFOUND: 'has no address: look at its name',
  ESOCKET: 'is not reached, or speaks no TLS that is trusted here',
  ETIMEDOUT: 'did not answer in time',
  ETLS: 'offers no encryption that is trusted here; nothing was sent',
  EENVELOPE: 'refused the message, its sender or every address',
  EMESSAGE: 'refused the message',
};

function wordsOf({ code = '', responseCode, command }: MailError, name: string): string {
  const what = CODES[code] ?? 'could not be told';
  const answer =
    responseCode === undefined
      ? ''
      : ` (${responseCode}${command === undefined ? '' : ` to ${command.split(' ')[0]}`})`;
  return `the mail server ${name} ${what}${answer}`;
}
