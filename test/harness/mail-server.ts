/** A strict SMTP server on loopback (RFC 5321, as far as a sender needs it): keeps what it was sent, refuses on request. */
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface ReceivedMail {
  from: string;
  to: string[];
  /** Header fields by their name in small letters, unfolded. */
  headers: Record<string, string>;
  body: string;
  user: string | undefined;
}

export interface MailServerUnderTest {
  port: number;
  received: ReceivedMail[];
  /** Commands in the order in which they came. */
  commands: string[];
  /** Answers every DATA with this while it is set. */
  refuse(answer: string | undefined): void;
  close(): Promise<void>;
}

export async function startMailServer(
  options: { login?: { user: string; password: string } } = {},
): Promise<MailServerUnderTest> {
  const received: ReceivedMail[] = [];
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  let refusal: string | undefined;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    serveOne(socket);
  });

  function serveOne(socket: Socket): void {
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    let mail = { from: '', to: [] as string[] };
    let user: string | undefined;
    let text = '';
    let inData = false;
    const answer = (line: string): void => {
      const [verb = ''] = line.split(' ');
      const command = verb.toUpperCase();
      commands.push(command);
      if (command === 'EHLO') {
        say('250-mail.example');
        return say(options.login ? '250 AUTH PLAIN' : '250 8BITMIME');
      }
      if (command === 'AUTH') {
        const [, name, password] = Buffer.from(line.split(' ')[2] ?? '', 'base64')
          .toString()
          .split('\0');
        const fits = name === options.login?.user && password === options.login?.password;
        user = fits ? name : undefined;
        return say(fits ? '235 welcome' : `535 no such user ${name}`);
      }
      if (command === 'MAIL') {
        if (options.login && user === undefined) return say('530 sign in first');
        mail = { from: addressIn(line), to: [] };
        return say('250 ok');
      }
      if (command === 'RCPT') {
        mail.to.push(addressIn(line));
        return say('250 ok');
      }
      if (command === 'DATA') {
        if (refusal !== undefined) return say(refusal);
        inData = true;
        return say('354 go on');
      }
      if (command === 'QUIT') {
        say('221 bye');
        return void socket.end();
      }
      say(command === 'RSET' ? '250 ok' : '502 not known here');
    };
    say('220 mail.example');
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (;;) {
        const end = text.indexOf(inData ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const part = text.slice(0, end);
        text = text.slice(end + (inData ? 5 : 2));
        if (!inData) answer(part);
        else {
          inData = false;
          received.push({ ...mail, ...parseMail(part), user });
          say('250 kept');
        }
      }
    });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    ...{ received, commands },
    refuse: (given) => void (refusal = given),
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

const addressIn = (line: string): string => /<([^>]*)>/.exec(line)?.[1] ?? '';

function parseMail(text: string): Pick<ReceivedMail, 'headers' | 'body'> {
  const gap = text.indexOf('\r\n\r\n');
  const lines = text
    .slice(0, gap)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const coded = text.slice(gap + 4);
  const isQuoted = headers['content-transfer-encoding'] === 'quoted-printable';
  const body = isQuoted
    ? Buffer.from(
        coded
          .replaceAll('=\r\n', '')
          .replaceAll(/=([\dA-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16))),
        'latin1',
      ).toString('utf8')
    : coded;
  return { headers, body };
}
