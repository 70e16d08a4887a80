/** The built collector as a process of its own on a temporary data folder, and its command line, as an operator uses them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyConfiguration } from '../../collector/configuration/apply.ts';
import { readEnvironment } from '../../collector/environment.ts';
import { systemClock } from '../../collector/lib/clock.ts';
import { createSeal } from '../../collector/lib/seal.ts';
import type { OrderView } from '../../collector/admin/order-view.ts';
import { openSqliteStore } from '../../collector/store/sqlite/store.ts';
import { inheritedEnvironment } from './inherited.ts';
import { until } from './until.ts';
import { migratedFile } from './migrated-file.ts';

const COMMAND = fileURLToPath(new URL('./clickthread.mjs', import.meta.url));
const BUILT = fileURLToPath(new URL('../../dist/collector/main.js', import.meta.url));

export interface CommandResult {
  code: number;
  out: string;
  err: string;
}

export interface Collector {
  /** Where it listens, `http://127.0.0.1:PORT`. */
  url: string;
  data: string;
  database: string;
  /** What it has logged so far. */
  log(): string;
  /** What its last start has printed so far. */
  printed(): string;
  run(...args: string[]): Promise<CommandResult>;
  /** The same with further variables. */
  runWith(env: Record<string, string>, ...args: string[]): Promise<CommandResult>;
  /** Applies a configuration; fails the test where it is refused. */
  apply(yaml: string): Promise<void>;
  explain(orderId: string): Promise<OrderView>;
  /** Makes a key of the site `shop`. */
  key(...options: string[]): Promise<string>;
  browser(route: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  api(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Answer>;
  /** SIGTERM; the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL: nothing may be finished or written any more. */
  kill(): Promise<void>;
  /** A stopped or killed one on the same data and port. */
  restart(): Promise<void>;
  /** Ends it whatever its state and removes its data. */
  remove(): Promise<void>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; an empty object where it is no JSON. */
  body: Record<string, unknown> & { errors?: { field: string; message: string }[] };
}

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').startsWith('application/json');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? (JSON.parse(text) as Answer['body']) : {},
  };
}

/** What `clickthread apply` does, without the second that a process takes to start. */
async function applyHere(text: string, env: Record<string, string>): Promise<void> {
  const { data, key, allowPrivate } = readEnvironment(env);
  const store = openSqliteStore({ file: migratedFile(join(data, 'clickthread.db')), clock: systemClock });
  const now = systemClock();
  await applyConfiguration({
    ...{ text, env: (name: string) => env[name], store, seal: createSeal(key), now, actor: 'test', allowPrivate },
  }).finally(() => store.close());
}

/** `yaml` is applied before it serves; without any it begins with an empty folder. */
export async function startCollector(options: { yaml?: string; env?: Record<string, string> }): Promise<Collector> {
  if (!existsSync(BUILT)) throw new Error('The collector is not built; run "npm run build" (npm test does it first).');
  const data = mkdtempSync(join(tmpdir(), 'clickthread-test-'));
  let port = '0';
  const env = (): Record<string, string> => ({
    ...{
      ...inheritedEnvironment(),
      CLICKTHREAD_DATA: data,
      CLICKTHREAD_ALLOW_PRIVATE: '1',
      CLICKTHREAD_LOG: 'info',
    },
    ...{ PORT: port, ...options.env },
  });
  let child: ChildProcess;
  let logged = '';
  let printed = '';

  const runWith: Collector['runWith'] = async (more, ...args) => {
    const process_ = spawn(process.execPath, [COMMAND, ...args], {
      env: { ...env(), ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const result = { code: 1, out: '', err: '' };
    process_.stdout.on('data', (chunk: Buffer) => (result.out += chunk.toString()));
    process_.stderr.on('data', (chunk: Buffer) => (result.err += chunk.toString()));
    const [code] = (await once(process_, 'close')) as [number | null];
    return { ...result, code: code ?? 1 };
  };
  const run: Collector['run'] = (...args) => runWith({}, ...args);
  const ok = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await run(...args);
    if (code !== 0) throw new Error(`clickthread ${args.join(' ')} ended with ${code}: ${err}`);
    return out;
  };
  const serve = async (): Promise<string> => {
    const started = spawn(process.execPath, [COMMAND, 'serve'], { env: env(), stdio: ['ignore', 'pipe', 'pipe'] });
    printed = '';
    child = started;
    started.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    started.stderr.on('data', (chunk: Buffer) => (logged += chunk.toString()));
    const url = await until(
      () => {
        if (started.exitCode !== null) return 'ended';
        return /listens on (http:\S+)/.exec(printed)?.[1];
      },
      { what: 'the collector to listen', timeout: 60_000 },
    );
    if (url === 'ended') throw new Error(`The collector did not start: ${logged}`);
    port = new URL(url).port;
    return url;
  };
  const file = join(data, 'sites.yaml');
  const apply = async (yaml: string): Promise<void> => {
    writeFileSync(file, yaml);
    await ok('apply', file);
  };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const gone = once(child, 'exit') as Promise<[number | null]>;
    child.kill(signal);
    return (await gone)[0];
  };

  if (options.yaml !== undefined) {
    writeFileSync(file, options.yaml);
    await applyHere(options.yaml, env());
  }
  const url = await serve();
  const api: Collector['api'] = async (method, path, body, headers) => {
    const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    return answerOf(await fetch(url + path, { method, body: sent, headers }));
  };
  return {
    url,
    data,
    database: join(data, 'clickthread.db'),
    log: () => logged,
    printed: () => printed,
    run,
    runWith,
    apply,
    explain: async (orderId) => JSON.parse(await ok('explain', orderId, '--json')) as OrderView,
    key: async (...more) => (await ok('key', 'create', 'shop', ...more)).trim(),
    browser: (route, body, headers = {}) =>
      api('POST', `/t/shop/${route}`, body, { 'content-type': 'text/plain', ...headers }),
    api,
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
    restart: async () => void (await serve()),
    async remove() {
      await end('SIGKILL');
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Every byte that a collector keeps on disk: the database, its log, and whatever else lies in the folder but the keys. */
export function storedBytes({ database }: Pick<Collector, 'database'>): string {
  const files = [database, `${database}-wal`].filter((file) => existsSync(file));
  return files.map((file) => readFileSync(file).toString('latin1')).join('\n');
}
