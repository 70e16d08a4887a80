/** `npm run bench -- sync`: a CS-Cart shop of 200,000 customers and 500,000 orders, synchronized, killed on the way, resumed and resynced. `--small` takes a twentieth. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandReply } from '../collector/intake/command.ts';
import { createSeal } from '../collector/lib/seal.ts';
import { createSender } from '../collector/outbound/send.ts';
import csCart from '../collector/sources/cs-cart/index.ts';
import { migrations } from '../collector/store/migrations/index.ts';
import { sqliteListStore } from '../collector/store/sqlite/list.ts';
import { openDatabase } from '../collector/store/sqlite/open.ts';
import { sqliteSyncStore } from '../collector/store/sqlite/sync.ts';
import type { SyncProgress } from '../collector/store/sync-store.ts';
import { createSync } from '../collector/sync/sync.ts';
import { viewProgress } from '../collector/sync/progress.ts';
import { csCartOf } from '../sandbox/vendors/cs-cart/index.ts';
import { addOrder, changeOrder } from '../sandbox/vendors/cs-cart/shop.ts';
import { flatHeaders, readBody, writeReply } from '../sandbox/exchange.ts';

const MEMORY_LIMIT = 250;
const CHANGES = 200;

/** Each part has a process of its own, so that memory is the collector's alone and a kill is a kill. */
type Role = 'shop' | 'collector';
interface Report {
  seconds: number;
  megabytes: number;
  requests: number;
  told: number;
  orders: number;
  contacts: number;
}

export async function run({ flags = [] }: { flags?: string[] } = {}, print = console.log): Promise<boolean> {
  const scale = flags.includes('--small') ? 20 : 1;
  const size = { customers: 200_000 / scale, orders: 500_000 / scale };
  const folder = mkdtempSync(join(tmpdir(), 'clickthread-bench-'));
  const file = join(folder, 'store.db');
  const shop = child('shop', [String(size.customers), String(size.orders)]);
  try {
    const [{ url }] = (await once(shop, 'message')) as [{ url: string }];
    print(`a shop of ${size.customers} customers and ${size.orders} orders, throttle off`);

    const begun = Date.now();
    const killedAt = await killAfter([url, file, 'start', '0'], size.orders * 0.3);
    const before = (Date.now() - begun) / 1000;
    print(`first sync: killed in the middle of its orders, at ${killedAt}`);

    const first = await collect([url, file, 'hourly', '180000'], print);
    const whole = first.orders === size.orders && first.contacts >= size.customers;
    const total = (before + first.seconds).toFixed(1);
    print(`resumed: ${first.requests} requests more, ${total} s altogether, peak memory ${first.megabytes} MB`);
    print(`history ${first.orders} of ${size.orders} orders, ${first.contacts} contacts, ${first.told} told`);

    const quiet = await collect([url, file, 'resync', '7200000'], print);
    print(`resync without changes: ${quiet.seconds.toFixed(1)} s, ${quiet.requests} requests`);
    shop.send({ changes: CHANGES });
    await once(shop, 'message');
    const busy = await collect([url, file, 'resync', '7200000'], print);
    print(`resync with ${CHANGES} changes: ${busy.seconds.toFixed(1)} s, ${busy.requests} requests, ${busy.told} told`);

    const small = first.megabytes < MEMORY_LIMIT;
    const proportional = busy.requests <= quiet.requests + CHANGES + 2;
    print(
      `memory under ${MEMORY_LIMIT} MB: ${yes(small)}; nothing lost or doubled: ${yes(whole)}; requests follow changes: ${yes(proportional)}`,
    );
    return small && whole && proportional && busy.told === CHANGES;
  } finally {
    shop.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

const yes = (met: boolean): string => (met ? 'yes' : 'NO');

function child(role: Role, args: string[]): ChildProcess {
  return fork(fileURLToPath(import.meta.url), ['bench-role', role, ...args], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** SIGKILL as soon as so many orders are stored. */
async function killAfter(args: string[], orders: number): Promise<string> {
  const doomed = child('collector', args);
  const at = await new Promise<string>((resolve, reject) => {
    doomed.on('message', (message: { progress?: SyncProgress }) => {
      const { progress } = message;
      if (progress?.phase === 'orders' && progress.done >= orders) resolve(String(progress.done));
    });
    doomed.on('exit', (code) => reject(new Error(`the collector ended with ${String(code)}`)));
  });
  doomed.kill('SIGKILL');
  await once(doomed, 'exit');
  return at;
}

async function collect(args: string[], print: (line: string) => void): Promise<Report> {
  const collector = child('collector', args);
  let shown = Date.now();
  return new Promise((resolve, reject) => {
    collector.on('message', (message: Report | { progress: SyncProgress }) => {
      if (!('progress' in message)) return resolve(message);
      if (Date.now() - shown < 10_000) return;
      shown = Date.now();
      print(`  ${viewProgress(message.progress).text}`);
    });
    collector.on('exit', (code) => reject(new Error(`the collector ended with ${String(code)}`)));
  });
}

async function serveShop([customers, orders]: string[]): Promise<void> {
  const start = Math.floor(Date.now() / 1000) - 3 * 365 * 86_400;
  const count = Number(orders);
  const stride = Math.floor((3 * 365 * 86_400 - 7 * 86_400) / count);
  const vendor = csCartOf({ customers: Number(customers), orders: count, start, stride }, { clock: Date.now });
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://shop');
    const { pathname: path, searchParams: query } = url;
    const headers = flatHeaders(request);
    const exchange = { method: request.method ?? 'GET', path, search: url.search.slice(1), query, headers };
    void readBody(request)
      .then((body) => vendor.handle({ ...exchange, body: body ?? '', at: Date.now(), base: '' }))
      .then((reply) => writeReply(response, reply));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.on('message', ({ changes }: { changes: number }) => {
    // Half are new orders, half are earlier ones of the same connection that change; told are the new ones' states.
    for (let index = 0; index < changes; index++) {
      const made = addOrder(vendor.shop, { status: index % 2 === 0 ? 'P' : 'O' });
      if (index % 4 === 0) changeOrder(vendor.shop, made.id, { status: 'I' });
    }
    process.send?.({ done: true });
  });
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

async function synchronizeOnce([url = '', file = '', action = '', ahead = '0']: string[]): Promise<void> {
  const clock = (): number => Date.now() + Number(ahead);
  const db = openDatabase(file);
  if (!db.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'sync'`).get()) {
    for (const { sqlite } of migrations) db.exec(sqlite);
  }
  const store = { ...sqliteSyncStore(db), ...sqliteListStore(db) };
  const sender = createSender({ allowPrivate: true, clock });
  let told = 0;
  const sync = createSync({
    store,
    clock,
    owner: String(process.pid),
    seal: createSeal('a key for the benchmark'),
    send: (request, limits) => sender.send(request, limits),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    random: Math.random,
    tell(commands) {
      told += commands.length;
      const accepted = { type: 'order', result: 'accepted', warnings: [], fire: [] } as const;
      return Promise.resolve(
        commands.map(({ valid }): CommandReply => ({
          ...accepted,
          warnings: [],
          fire: [],
          orderId: valid.order.orderId,
        })),
      );
    },
    onProgress: (_, progress) => void process.send?.({ progress }),
  });
  const settings = {
    listName: 'Bench',
    url,
    apiKey: 'SandboxKeySandboxKeySandboxKey01',
    adminEmail: 'ops@shop.example',
    currency: 'EUR',
  };
  const connection = {
    site: 'shop',
    id: 'cscart',
    source: csCart,
    settings: { ...settings, perSecond: 0 },
    createdAt: Math.floor(Date.now() / 1000) * 1000 - 60_000,
  };
  if (action === 'start') await sync.test(connection);
  const started = Date.now();
  const outcome = await sync.synchronize(connection, action as 'start' | 'resync' | 'hourly');
  if (outcome.result !== 'enabled') throw new Error(outcome.reason);
  const seconds = (Date.now() - started) / 1000;
  const orders = db.prepare('SELECT count(*) FROM history').pluck().get() as number;
  const contacts = db.prepare('SELECT count(*) FROM contact').pluck().get() as number;
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  process.send?.(
    { seconds, megabytes, requests: outcome.progress.requests, told, orders, contacts } satisfies Report,
    () => process.exit(0),
  );
}

if (process.argv[2] === 'bench-role') {
  const [role, ...args] = process.argv.slice(3);
  await (role === 'shop' ? serveShop(args) : synchronizeOnce(args));
}
