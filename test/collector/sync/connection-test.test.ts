import { describe, expect, it } from 'vitest';
import type { CsCartTraps } from '../../../sandbox/vendors/cs-cart/traps.ts';
import { shopStatus } from '../../../sandbox/vendors/cs-cart/statuses.ts';
import { key, openWorld } from './setup.ts';

const outcome = async (traps: Partial<CsCartTraps>) => {
  const world = await openWorld({ customers: 7, orders: 9 });
  Object.assign(world.vendor.traps, traps);
  const report = await world.sync.test(world.connection);
  const last = report.stages.at(-1);
  return { ok: report.ok, state: report.state, stage: last?.name, message: last?.message ?? '', world };
};

describe('testing a CS-Cart connection', () => {
  it('passes its stages in order and says what it saw', async () => {
    const world = await openWorld({ customers: 7, orders: 9 });
    world.vendor.statuses.push(shopStatus('G', 'Packed', {}));
    const report = await world.sync.test(world.connection);
    expect(report.stages.map(({ name, ok }) => `${name} ${ok}`)).toEqual([
      'address true',
      'credentials true',
      'orders true',
      'users true',
      'statuses true',
    ]);
    expect(report.stages.slice(2).map(({ message }) => message)).toEqual([
      '9 orders.',
      '7 customers.',
      expect.stringContaining('I Canceled, Y Awaiting call, G Packed'),
    ]);
    expect(report.state).toBe('tested');
  });

  const cases: [string, Partial<CsCartTraps>, string, RegExp][] = [
    ['a maintenance page under HTTP 200', { maintenance: 200 }, 'address', /page instead of JSON.*maintenance/],
    ['a maintenance page under HTTP 503', { maintenance: 503 }, 'address', /503/],
    ['no mod_rewrite', { noRewrite: true }, 'address', /noRewrite/],
    ['an API that is open over HTTPS only', { httpsOnly: true }, 'address', /https:\/\//],
    ['a regenerated key', { apiKey: 'AnotherKeyAnotherKeyAnotherKey01' }, 'credentials', /newly generated API key/],
    ['an inactive account', { inactive: true }, 'credentials', /account is active/],
    ['a header that the web server strips', { stripAuth: true }, 'credentials', /drops the Authorization header/],
    ['no privilege for orders', { missing: ['view_orders'] }, 'orders', /View orders/],
    ['no privilege for customers', { missing: ['view_users'] }, 'users', /View users/],
  ];
  for (const [name, traps, stage, words] of cases) {
    it(`fails at ${stage} for ${name}, and says what to fix`, async () => {
      const result = await outcome(traps);
      expect(result).toMatchObject({
        ok: false,
        state: 'untested',
        stage,
        message: expect.stringMatching(words) as string,
      });
      expect((await result.world.store.sync(key))?.reason).toBe(result.message);
    });
  }

  it('tells no secret to an address that has not shown to be a CS-Cart', async () => {
    const world = await openWorld();
    const seen: (string | undefined)[] = [];
    world.vendor.traps.maintenance = 200;
    const sync = world.engine({
      send(request, limits) {
        seen.push(request.headers?.['authorization']);
        return world.deps.send(request, limits);
      },
    });
    await sync.test(world.connection);
    expect(seen).toEqual([undefined]);
  });

  it('says when nobody answers at all', async () => {
    const world = await openWorld();
    await world.sandbox.stop();
    const report = await world.sync.test(world.connection);
    expect(report.stages).toMatchObject([
      { name: 'address', ok: false, message: expect.stringContaining('cannot be reached') as string },
    ]);
  });

  it('is refused while the connection is syncing', async () => {
    const world = await openWorld({ customers: 600 });
    const refused: unknown[] = [];
    const sync = world.engine({
      onProgress(_, { phase }) {
        if (phase === 'customers')
          world.sync.test(world.connection).catch((error: Error) => refused.push(error.message));
      },
    });
    await sync.test(world.connection);
    await sync.synchronize(world.connection, 'start');
    expect(refused[0]).toContain('wait until it has finished');
  });
});
