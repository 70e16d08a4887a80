/** The sandbox's one listener: each vendor under its prefix, the control API under `/sandbox/api`, the pages beside them. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../collector/lib/clock.ts';
import { planAnswer } from './answers.ts';
import type { Booth } from './booth.ts';
import { answerControl } from './control.ts';
import { flatHeaders, readBody, writeReply } from './exchange.ts';
import { answerPage } from './page.ts';
import { type Exchange, json, type Reply } from './reply.ts';
import { createRequestLog, maskedTarget } from './request-log.ts';
import { createScript } from './script.ts';
import type { Vendor, VendorFactory } from './vendor.ts';
import { vendorFactories } from './vendors.ts';

/** A hanging request is let go after this long, whatever the caller does. */
const LONGEST_HANG = 120_000;

export interface SandboxOptions {
  /** 127.0.0.1 unless given. */
  host?: string;
  /** Any free port unless given. */
  port?: number;
  /** All vendors unless given. */
  vendors?: readonly VendorFactory[];
  clock: Clock;
  /** Told one line for each request to a vendor; silent unless given. */
  log?: (line: string) => void;
}

export interface Sandbox {
  /** `http://127.0.0.1:9100`; a vendor's `baseUrl` is `url + '/' + name`. */
  url: string;
  port: number;
  vendors: readonly Vendor[];
  stop(): Promise<void>;
}

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { host = '127.0.0.1', port = 0, clock, log = () => undefined } = options;
  const booths = new Map<string, Booth>();
  for (const make of options.vendors ?? vendorFactories) {
    const vendor = make({ clock });
    booths.set(vendor.name, { vendor, log: createRequestLog(), script: createScript(clock) });
  }
  const timers = new Set<NodeJS.Timeout>();
  const later = (ms: number, act: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  };

  const server = createServer((request, response) => {
    answer({ request, response, booths, clock, later, log }).catch((error: unknown) => {
      log(`sandbox: ${String(error)}`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    port: bound,
    vendors: [...booths.values()].map((booth) => booth.vendor),
    stop: () =>
      new Promise((resolve) => {
        for (const timer of timers) clearTimeout(timer);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Incoming {
  request: IncomingMessage;
  response: ServerResponse;
  booths: Map<string, Booth>;
  clock: Clock;
  later: (ms: number, act: () => void) => void;
  log: (line: string) => void;
}

async function answer(incoming: Incoming): Promise<void> {
  const { request, response, booths } = incoming;
  // Node would write the machine's time; a vendor's clock is the one that it was given.
  response.setHeader('date', new Date(incoming.clock()).toUTCString());
  const body = await readBody(request);
  if (body === undefined) {
    writeReply(response, json(413, { errors: [{ field: '', message: 'larger than 5 MB' }] }, { connection: 'close' }));
    return;
  }
  const target = request.url ?? '/';
  const cut = target.indexOf('?');
  const path = cut < 0 ? target : target.slice(0, cut);
  const search = cut < 0 ? '' : target.slice(cut + 1);
  const [, first = '', ...rest] = path.split('/');
  const headers = flatHeaders(request);
  const method = request.method ?? 'GET';
  const base = `http://${headers['host'] ?? 'localhost'}/${first}`;
  const at = incoming.clock();
  const query = new URLSearchParams(search);
  const exchange: Exchange = { method, path, search, query, headers, body, at, base };

  const booth = booths.get(first);
  const wantsPage =
    method === 'GET' && rest.length === 0 && search === '' && (headers['accept'] ?? '').includes('text/html');
  if (booth && !wantsPage) {
    await answerVendor({ ...exchange, path: `/${rest.join('/')}` }, booth, incoming);
    return;
  }
  writeReply(response, answerControl(exchange, booths) ?? answerPage(exchange, booths));
}

async function answerVendor(exchange: Exchange, booth: Booth, incoming: Incoming): Promise<void> {
  const { response, later, log } = incoming;
  const scripted = booth.script.next(exchange);
  const entry = booth.log.add(exchange, scripted?.kind);
  const own = scripted && booth.vendor.scripted?.[scripted.kind];
  const plan = scripted && !own ? planAnswer(scripted, exchange.at) : { handle: true };
  const handled = await handle(exchange, booth, { skip: !plan.handle, with: own && (() => own(scripted, exchange)) });
  const reply = plan.reply ?? handled ?? json(500, {});
  log(`${booth.vendor.name}: ${exchange.method} ${maskedTarget(exchange)} → ${plan.drop ?? reply.status}`);

  if (plan.drop === 'reset') {
    entry.answer = { dropped: 'connection reset' };
    response.socket?.resetAndDestroy();
    return;
  }
  if (plan.drop === 'hang') {
    entry.answer = { dropped: 'never answered' };
    later(LONGEST_HANG, () => response.destroy());
    return;
  }
  const send = () => {
    entry.answer = { status: reply.status, body: typeof reply.body === 'string' ? reply.body : '' };
    writeReply(response, reply);
  };
  if (plan.delay) later(plan.delay, send);
  else send();
}

interface Handling {
  skip: boolean;
  with?: (() => Reply | Promise<Reply>) | undefined;
}

async function handle(exchange: Exchange, booth: Booth, how: Handling): Promise<Reply | undefined> {
  if (how.skip) return undefined;
  return how.with ? how.with() : booth.vendor.handle(exchange);
}
