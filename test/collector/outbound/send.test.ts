import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../../collector/model/http.ts';
import { createSender, type Sender, type SenderOptions } from '../../../collector/outbound/send.ts';

interface Seen {
  method?: string;
  url?: string;
  headers: IncomingMessage['headers'];
  body: string;
}

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

/** A vendor on a port of its own that remembers what it was told. */
async function vendor(answer: (seen: Seen, response: ServerResponse) => void) {
  const seen: Seen[] = [];
  let connections = 0;
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { method, url, headers } = request;
      seen.push({ method, url, headers, body });
      answer(seen.at(-1)!, response);
    });
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  open.push(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}/x`, seen, connections: () => connections };
}

function sender(options: Partial<SenderOptions> = {}): Sender {
  const made = createSender({ allowPrivate: true, clock: () => 1_700_000_000_000, ...options });
  open.unshift(() => made.close());
  return made;
}

const get = (url: string): HttpRequest => ({ method: 'GET', url });

describe('a leave that grows old while the connection opens', () => {
  /** `ends` at which of its looks it is taken back. */
  const leaveThat = (ends: number, growsOld: () => boolean) => {
    let [looks, fresh] = [0, true];
    return {
      looks: () => looks,
      isFresh: () => fresh && !growsOld(),
      renew: async () => (fresh = (looks += 1) < ends),
    };
  };
  test.each([
    ['and holds: the request leaves once, over that one connection', 9, 1],
    ['and was taken back: nothing leaves', 1, 0],
  ])('%s', async (_, ends, requests) => {
    const { url, seen, connections } = await vendor((_seen, response) => response.end('OK'));
    let opening = 0;
    const leave = leaveThat(ends, () => opening === 1 && leave.looks() === 0);
    const resolve = async () => ((opening = 1), ['127.0.0.1']);
    const address = url.replace('127.0.0.1', 'localhost');
    const request = { ...get(address), method: 'POST' as const, body: 'of a person' };
    const result = await sender({ resolve }).send(request, { leave });
    expect([leave.looks() > 0, seen.length, connections()]).toEqual([true, requests, 1]);
    expect(result).toMatchObject(requests === 1 ? { ok: true } : { ok: false, kind: 'network', sent: false });
  });

  test('on a machine that is never in time for it, what holds leaves all the same', async () => {
    const { url, seen } = await vendor((_seen, response) => response.end('OK'));
    const leave = { isFresh: () => false, renew: async () => true };
    expect(await sender().send(get(url), { leave })).toMatchObject({ ok: true });
    expect(seen).toHaveLength(1);
  });
});

describe('an exchange', () => {
  test('sends method, headers and body as they are, the body of a DELETE included', async () => {
    const { url, seen } = await vendor((_, response) => {
      response.setHeader('X-Reset', '5').setHeader('Set-Cookie', ['a=1', 'b=2']).writeHead(202);
      response.end('{"Status":"QUEUED","é":1}');
    });
    const headers = { Authorization: 'Basic abc', 'Content-Type': 'application/x-www-form-urlencoded' };
    const result = await sender().send({ method: 'DELETE', url: `${url}?a=%2B#f`, headers, body: 'OrderId=é+1' });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: 'DELETE', url: '/x?a=%2B', body: 'OrderId=é+1' });
    expect(seen[0]!.headers).toMatchObject({
      authorization: 'Basic abc',
      'content-type': headers['Content-Type'],
      'content-length': '12',
      'user-agent': 'clickthread',
    });
    expect(result).toEqual({
      ok: true,
      response: {
        status: 202,
        headers: expect.objectContaining({ 'x-reset': '5', 'set-cookie': 'a=1, b=2' }),
        body: '{"Status":"QUEUED","é":1}',
        receivedAt: 1_700_000_000_000,
      },
    });
  });

  test('follows no redirect', async () => {
    const { url, seen } = await vendor((_, response) => response.writeHead(307, { location: '/elsewhere' }).end());
    expect(await sender().send({ method: 'POST', url, body: 'a=1' })).toMatchObject({
      ok: true,
      response: { status: 307, headers: { location: '/elsewhere' } },
    });
    expect(seen).toHaveLength(1);
  });

  test('reads no more of an answer than its cap', async () => {
    const { url } = await vendor((_, response) => {
      response.write('x'.repeat(70_000));
      response.write('y'.repeat(70_000));
    });
    const client = sender();
    const long = await client.send(get(url));
    expect(long).toMatchObject({ ok: true, response: { status: 200, truncated: true } });
    expect(long.ok && long.response.body).toBe('x'.repeat(65_536));
    expect(await client.send(get(url), { maxBytes: 10 })).toMatchObject({ response: { body: 'x'.repeat(10) } });
  });

  test('keeps its connection for the next one', async () => {
    const { url, connections } = await vendor((_, response) => response.end('ok'));
    const client = sender({ connections: 1 });
    for (let i = 0; i < 5; i += 1) await client.send({ method: 'POST', url, body: 'a=1' });
    expect(connections()).toBe(1);
  });
});

describe('a failure is a value', () => {
  test('when nobody listens, and nothing was sent', async () => {
    const { port } = await vendor(() => undefined);
    await open.pop()!();
    expect(await sender().send(get(`http://127.0.0.1:${port}/`))).toEqual({
      ok: false,
      kind: 'network',
      sent: false,
      message: '127.0.0.1 refused the connection',
    });
  });

  test('when the name is unknown', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' }));
    expect(await sender({ resolve }).send(get('http://vendor.example/'))).toEqual({
      ...{ ok: false, kind: 'network', sent: false, message: 'vendor.example is not known to the name server' },
    });
  });

  test('when the vendor hangs up after taking the request', async () => {
    const { url, seen } = await vendor((_, response) => response.destroy());
    expect(await sender().send({ method: 'POST', url, body: 'a=1' })).toMatchObject({
      ok: false,
      kind: 'network',
      sent: true,
    });
    expect(seen).toHaveLength(1);
  });

  test('when no answer comes in time', async () => {
    const { url } = await vendor(() => undefined);
    expect(await sender().send(get(url), { timeout: 1_500 })).toEqual({
      ok: false,
      kind: 'timeout',
      sent: true,
      message: '127.0.0.1 did not answer within 1.5 s',
    });
  });

  test('when the answer trickles past the deadline', async () => {
    const { url } = await vendor((_, response) => {
      const timer = setInterval(() => response.write('.'), 10);
      response.on('close', () => clearInterval(timer));
    });
    expect(await sender().send(get(url), { timeout: 1_500 })).toMatchObject({ ok: false, kind: 'timeout', sent: true });
  });

  test('when no connection is free in time: it never leaves', async () => {
    let release: () => void = () => undefined;
    const free = new Promise<void>((resolve) => (release = resolve));
    const { url, seen } = await vendor((_, response) => void free.then(() => response.end('late')));
    const client = sender({ connections: 1 });
    const first = client.send(get(url));
    const second = await client.send({ method: 'POST', url, body: 'a=1' }, { timeout: 50 });
    expect(second).toMatchObject({ ok: false, kind: 'timeout', sent: false });
    release();
    expect(await first).toMatchObject({ ok: true });
    await client.send(get(url));
    expect(seen.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  test('when the other side speaks no TLS', async () => {
    const { port } = await vendor((_, response) => response.end());
    expect(await sender().send(get(`https://127.0.0.1:${port}/`))).toMatchObject({
      ok: false,
      kind: 'tls',
      sent: false,
      message: expect.stringContaining('certificate'),
    });
  });

  test('when a header can not be sent', async () => {
    const { url } = await vendor((_, response) => response.end());
    expect(await sender().send({ ...get(url), headers: { 'X-A': 'a\nb' } })).toMatchObject({
      ok: false,
      kind: 'refused',
      sent: false,
    });
  });
});

describe('the guard', () => {
  const quiet = { warn: () => undefined };

  test('refuses private addresses before a connection is made, and says so in the log', async () => {
    const { port, connections } = await vendor((_, response) => response.end());
    const warnings: object[] = [];
    const client = sender({ allowPrivate: false, log: { warn: (fields) => warnings.push(fields) } });
    for (const host of ['127.0.0.1', '2130706433', '[::ffff:127.0.0.1]', 'localhost']) {
      expect(await client.send(get(`https://${host}:${port}/?key=secret`))).toMatchObject({
        ok: false,
        kind: 'refused',
        sent: false,
      });
    }
    expect(connections()).toBe(0);
    expect(warnings).toHaveLength(4);
    expect(JSON.stringify(warnings)).not.toContain('secret');
  });

  test('refuses a name that resolves to one, whatever else it resolves to', async () => {
    const { port, connections } = await vendor((_, response) => response.end());
    const resolve = () => Promise.resolve(['93.184.216.34', '127.0.0.1']);
    const result = await sender({ allowPrivate: false, resolve, log: quiet }).send(
      get(`https://vendor.example:${port}/`),
    );
    expect(result).toMatchObject({
      ok: false,
      kind: 'refused',
      message: expect.stringContaining('vendor.example (127.0.0.1)'),
    });
    expect(connections()).toBe(0);
  });

  test('refuses plain http unless private hosts are allowed', async () => {
    expect(await sender({ allowPrivate: false, log: quiet }).send(get('http://vendor.example/'))).toMatchObject({
      kind: 'refused',
    });
  });

  test('pins the address that it has checked: a name server that changes its mind is not asked', async () => {
    const { port, seen } = await vendor((_, response) => response.end('ok'));
    const answers = [['127.0.0.1'], ['192.0.2.1']];
    const client = sender({ connections: 1, resolve: () => Promise.resolve(answers.shift() ?? []) });
    expect(await client.send(get(`http://vendor.example:${port}/a`))).toMatchObject({ ok: true });
    expect(await client.send(get(`http://vendor.example:${port}/b`))).toMatchObject({ ok: true });
    expect(seen.map(({ headers, url }) => [headers.host, url])).toEqual([
      [`vendor.example:${port}`, '/a'],
      [`vendor.example:${port}`, '/b'],
    ]);
    expect(answers).toHaveLength(1);
  });
});
