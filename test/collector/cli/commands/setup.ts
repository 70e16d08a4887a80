/** Runs commands as the command line does, on a data folder of their own: what they print, and how they end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { buildProgram } from '../../../../collector/cli/program.ts';
import { runProgram } from '../../../../collector/cli/run-program.ts';
import type { Look } from '../../../../collector/cli/terminal/look.ts';
import type { Prompts } from '../../../../collector/cli/terminal/prompts.ts';
import { cachedSites } from '../../../../collector/configuration/sites.ts';
import { databaseFile } from '../../../../collector/environment.ts';
import { createFrontDoor, type FrontDoor } from '../../../../collector/ingest/front-door.ts';
import { createIngest } from '../../../../collector/ingest/ingest.ts';
import { readPatch } from '../../../../collector/intake/validate-patch.ts';
import { createSeal, type Seal } from '../../../../collector/lib/seal.ts';
import { openSqliteStore } from '../../../../collector/store/sqlite/store.ts';
import type { Stores } from '../../../../collector/store/store.ts';
import { migratedFile } from '../../../harness/migrated-file.ts';

const KEY = 'a key of the test installation';
/** 22 November 2026, noon. */
export const NOON = Date.UTC(2026, 10, 22, 12);
export const CLICK = 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0';

const CONFIGURATION = `
sites:
  - id: shop
    name: Example Shop
    domains: [shop.example]
    linked: [checkout.example]
    currency: USD
    thankYouUrl: https://shop.example/thanks
    consent: granted
    attribution: { window: 14d, coupons: { PARTNER10: { connection: impact, exclusive: true } } }
    retention: { touches: 200d, personal: 36h }
    connections:
      - id: impact
        type: impact
        window: 7d
        limits: { deadline: 20d, timeout: 4s }
        settings: { accountSid: IRxxx, authToken: "\${IMPACT_TOKEN}", campaignId: "1000", actionTrackerId: "9876" }
      - id: net
        type: postback
        enabled: false
        exclusive: false
        settings:
          url: "https://net.example/p?c={click_id}&t={secret.token}&o={order_id}"
          clickParam: [transaction_id]
          secrets: { token: "\${NET_TOKEN}" }
`;

interface Ended {
  out: string;
  /** What the person is told where the command fails. */
  error: string | undefined;
}

export interface Installation {
  folder: string;
  env: Record<string, string | undefined>;
  run(
    args: string[],
    more?: { env?: Record<string, string>; prompts?: Prompts; now?: number; tagFolder?: string },
  ): Promise<Ended>;
  /** Runs a whole command line: what it prints, what it complains of, and its exit code. */
  finish(
    args: string[],
    more?: { env?: Record<string, string | undefined>; prompts?: Prompts; look?: Look },
  ): Promise<{
    out: string;
    complaint: string;
    code: number;
  }>;
  /** Runs a command that must succeed and reads its JSON. */
  json<T = unknown>(...args: string[]): Promise<T>;
  /** The store as another process opens it; closed when the test ends. */
  open(now?: number): {
    store: Stores;
    seal: Seal;
    door: FrontDoor;
    /** The shop's own change of an order; of the seed's order unless named. */
    shop(patch: object, orderId?: string): Promise<void>;
  };
}

export function install(more: Record<string, string> = {}): Installation {
  const folder = mkdtempSync(join(tmpdir(), 'clickthread-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const env = {
    CLICKTHREAD_DATA: folder,
    CLICKTHREAD_KEY: KEY,
    CLICKTHREAD_ADMIN_TOKEN: 'an-admin-token-of-tests',
    IMPACT_TOKEN: 'tok/en+Secret=1',
    NET_TOKEN: 'pb/secret+token=1',
    ...more,
  };
  const listen = (): { text: () => string; end: () => void } => {
    let out = '';
    const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text, ...rest) => {
      out += String(text);
      const done = rest.find((value) => typeof value === 'function') as (() => void) | undefined;
      done?.();
      return true;
    });
    return { text: () => out, end: () => spy.mockRestore() };
  };
  const run: Installation['run'] = async (args, { env: extra, now = NOON, ...given } = {}) => {
    const heard = listen();
    try {
      const context = { env: { ...env, ...extra }, clock: () => now, ...given };
      const program = await buildProgram(context, args);
      for (const command of [program, ...program.commands])
        command.exitOverride().configureOutput({ writeErr: () => undefined });
      await program.parseAsync(['node', 'clickthread', ...args]);
      return { out: heard.text(), error: undefined };
    } catch (error) {
      return { out: heard.text(), error: (error as Error).message };
    } finally {
      heard.end();
    }
  };
  return {
    folder,
    env,
    run,
    async finish(args, { env: extra, ...given } = {}) {
      const heard = listen();
      let complaint = '';
      try {
        const code = await runProgram({
          argv: ['node', 'clickthread', ...args],
          context: { env: { ...env, ...extra }, clock: () => NOON, ...given },
          complain: (text) => void (complaint += text),
        });
        return { out: heard.text(), complaint, code };
      } finally {
        heard.end();
      }
    },
    async json(...args) {
      const { out, error } = await run([...args, '--json']);
      if (error !== undefined) throw new Error(`${args.join(' ')}: ${error}`);
      return JSON.parse(out) as never;
    },
    open(now = NOON) {
      const clock = () => now;
      const store = openSqliteStore({ file: databaseFile(folder), clock });
      const seal = createSeal(KEY);
      const sites = cachedSites({ store, seal });
      const ingest = createIngest({ store, sites, seal, clock });
      onTestFinished(() => store.close().catch(() => undefined));
      return {
        ...{ store, seal, door: createFrontDoor({ ingest, sites, clock }) },
        async shop(patch, orderId = 'O1234567') {
          await ingest.ingest([{ type: 'change', site: 'shop', orderId, patch: readPatch(patch).patch! }]);
        },
      };
    },
  };
}

/** The seed's order from a browser that had landed with a click. */
export function conversion(more: object = {}): string {
  return JSON.stringify({
    orderId: 'O1234567',
    total: '112.00',
    currency: 'USD',
    discount: '15.00',
    coupons: ['15BUCKSOFF'],
    placedAt: '2026-11-22T11:00:00Z',
    customer: { id: 'BCZ2WVSH674563PDPYOTM3AXDQ', email: 'jane@example.com' },
    items: [
      { sku: '1ABC2345', name: 'Product Name 1', category: 'Hardware', quantity: 2, price: '14.00' },
      { sku: '9ZXY7654', name: 'Product Name 2', category: 'Gardening', quantity: 3, price: '33.00' },
    ],
    visitor: 'visitor-0001',
    touches: [{ param: 'irclickid', value: CLICK, at: NOON - 86_400_000, url: 'https://shop.example/?irclickid=x' }],
    ...more,
  });
}

/** An installation with the configuration above, applied. */
export async function configured(more: Record<string, string> = {}): Promise<Installation> {
  const installation = install(more);
  migratedFile(databaseFile(installation.folder));
  const { writeFileSync } = await import('node:fs');
  const file = join(installation.folder, 'clickthread.yaml');
  writeFileSync(file, CONFIGURATION);
  const { error } = await installation.run(['apply', file]);
  if (error !== undefined) throw new Error(error);
  return installation;
}
