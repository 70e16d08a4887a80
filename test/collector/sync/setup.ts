/** A shop in the sandbox over real HTTP, a store in a temporary file, and a clock that only moves when told: what the tests of synchronization share. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SyncConnection } from '../../../collector/configuration/sync-connection.ts';
import type { CommandReply } from '../../../collector/intake/command.ts';
import type { Settings } from '../../../collector/kit/setting.ts';
import { createSeal } from '../../../collector/lib/seal.ts';
import { createSender } from '../../../collector/outbound/send.ts';
import csCart from '../../../collector/sources/cs-cart/index.ts';
import type { ListStore } from '../../../collector/store/list-store.ts';
import { sqliteListStore } from '../../../collector/store/sqlite/list.ts';
import { openDatabase } from '../../../collector/store/sqlite/open.ts';
import { sqliteSyncStore } from '../../../collector/store/sqlite/sync.ts';
import { sqliteUpkeepStore } from '../../../collector/store/sqlite/upkeep.ts';
import { withdrawalTable } from '../../../collector/store/sqlite/withdrawal.ts';
import type { SyncStore } from '../../../collector/store/sync-store.ts';
import type { UpkeepStore, WithdrawalStore } from '../../../collector/store/upkeep-store.ts';
import type { OrderCommand } from '../../../collector/intake/command.ts';
import { createSync, type Sync, type SyncDeps } from '../../../collector/sync/sync.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/server.ts';
import { migratedFile } from '../../harness/migrated-file.ts';
import { csCartOf, type CsCartVendor } from '../../../sandbox/vendors/cs-cart/index.ts';
import type { ShopSize } from '../../../sandbox/vendors/cs-cart/shop.ts';

/** 22 November 2026, noon. */
export const NOON = Date.UTC(2026, 10, 22, 12);
export const HOUR = 3_600_000;

export const seal = createSeal('a key of the test installation');

export interface World {
  vendor: CsCartVendor;
  sandbox: Sandbox;
  store: SyncStore & ListStore & UpkeepStore & Pick<WithdrawalStore, 'withdrawn'>;
  /** A person takes consent back, as the store's transaction writes it. */
  withdraw(name: string, customerId?: string): void;
  sync: Sync;
  connection: SyncConnection;
  /** Everything that ingest was told, oldest first. */
  told: OrderCommand[];
  /** What was asked of the shop since the last look. */
  requests(): string[];
  now(): number;
  pass(milliseconds: number): void;
  /** Ids of the orders in the history. */
  held(): number[];
  /** Tested and synchronized once. */
  settle(): Promise<void>;
  /** An hour later. */
  hourly(): ReturnType<Sync['synchronize']>;
  /** Another engine on the same store, as a second process would run it. */
  engine(more?: Partial<SyncDeps>): Sync;
  deps: SyncDeps;
}

export async function openWorld(
  size: Partial<ShopSize> = {},
  settings: Settings = {},
  { shopBehind = 0 }: { shopBehind?: number } = {},
): Promise<World> {
  let now = NOON;
  const clock = (): number => now;
  const shopClock = (): number => now - shopBehind;
  const vendor = csCartOf({ start: NOON / 1000 - 30 * 86_400, ...size }, { clock: shopClock });
  const asked: string[] = [];
  const sandbox = await startSandbox({ vendors: [() => vendor], clock: shopClock });
  const folder = mkdtempSync(join(tmpdir(), 'clickthread-sync-'));
  const db = openDatabase(migratedFile(join(folder, 'store.db')));
  const withdrawals = withdrawalTable(db);
  const store = {
    ...sqliteSyncStore(db),
    ...sqliteListStore(db),
    ...sqliteUpkeepStore({ db, clock }),
    withdrawn: async (site: string, names: readonly string[]) => withdrawals.newest(site, names),
  };
  const sender = createSender({ allowPrivate: true, clock });
  onTestFinished(async () => {
    await sandbox.stop();
    await sender.close();
    db.close();
    rmSync(folder, { recursive: true });
  });

  const told: OrderCommand[] = [];
  const deps: SyncDeps = {
    store,
    clock,
    seal,
    owner: 'first',
    send(request, limits) {
      asked.push(`${request.method} ${request.url.slice(sandbox.url.length + '/cs-cart'.length)}`);
      return sender.send(request, limits);
    },
    sleep(milliseconds) {
      now += milliseconds;
      return Promise.resolve();
    },
    random: () => 0.5,
    tell(commands) {
      told.push(...commands);
      return Promise.resolve(
        commands.map(({ valid }): CommandReply => ({
          type: 'order',
          orderId: valid.order.orderId,
          result: 'accepted',
          warnings: [],
          fire: [],
        })),
      );
    },
  };
  const connection: SyncConnection = {
    site: 'shop',
    id: 'cscart',
    source: csCart,
    settings: {
      listName: 'CS-Cart customers',
      url: `${sandbox.url}/cs-cart`,
      apiKey: 'SandboxKeySandboxKeySandboxKey01',
      adminEmail: 'ops@shop.example',
      currency: 'EUR',
      ...settings,
    },
    createdAt: NOON,
  };
  const sync = createSync(deps);
  return {
    vendor,
    sandbox,
    store,
    sync,
    connection,
    told,
    deps,
    withdraw(visitor, customerId) {
      const named = customerId === undefined ? {} : { customerId };
      withdrawals.add({ site: 'shop', visitor, at: now, consent: { marketing: 'denied', source: 'manual' }, ...named });
    },
    requests: () => asked.splice(0),
    now: clock,
    pass(milliseconds) {
      now += milliseconds;
    },
    held: () =>
      (db.prepare('SELECT order_id FROM history').pluck().all() as string[]).map(Number).sort((a, b) => a - b),
    async settle() {
      await sync.test(connection);
      const outcome = await sync.synchronize(connection, 'start');
      if (outcome.result !== 'enabled') throw new Error(outcome.reason);
      asked.length = 0;
      told.length = 0;
    },
    hourly() {
      now += HOUR;
      return sync.synchronize(connection, 'hourly');
    },
    engine: (more = {}) => createSync({ ...deps, owner: 'second', ...more }),
  };
}

/** What was told, in one line an order. */
export const told = (commands: readonly OrderCommand[]): string[] =>
  commands.map(({ valid: { order } }) => `${order.orderId} ${order.status} ${order.total}`);

export const key = { site: 'shop', connection: 'cscart' };

/** Every contact of the list with its opened fields. */
export async function everyone(store: ListStore): Promise<Record<string, unknown>[]> {
  const rule = { now: NOON, lapsedAfter: 180 * 86_400_000 };
  const contacts = await store.contacts(key, { segment: 'all', rule, after: '', limit: 100_000 });
  return contacts.map(({ personal, ...contact }) => ({
    ...contact,
    ...(personal ? (JSON.parse(seal.open(personal)) as object) : {}),
  }));
}
