/** The part of the store's contract about what comes after what: the order of writing, whatever the clocks of its writers said. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../../../collector/store/store.ts';
import type { EngineUnderTest } from './contract.ts';
import { attempt, changes, claimAll, delivery, NOON, nothingWanted, settlement, storedOrder } from './rows.ts';

const DAY = 86_400_000;
/** A right clock, one that leaps ahead by years, is put right, steps back by a second and by a day, stands, and goes on. */
const CLOCK = [NOON, NOON + 74 * 365 * DAY, NOON + 1, NOON - 999, NOON - DAY, NOON - DAY, NOON + 2];

export function successionContract(engine: EngineUnderTest): void {
  let store: Store;
  beforeEach(async () => {
    engine.clock.set(NOON);
    store = await engine.open();
  });
  afterEach(() => store.close());

  /** Has every value of the clock write something as a process of its own; numbered, oldest first. */
  const writeAtEach = async (
    work: (given: { index: number; at: number; store: Store; newId: (now: number) => string }) => Promise<unknown>,
  ): Promise<number[]> => {
    for (const [index, at] of CLOCK.entries()) {
      engine.clock.set(at);
      const process_ = await engine.otherProcess();
      await work({ index, at, ...process_ });
      await process_.store.close();
    }
    return [...CLOCK.keys()];
  };

  describe('in the order of writing, whoever wrote with whatever clock', () => {
    test('the audit log is read newest first, page by page', async () => {
      const done = await writeAtEach(async ({ index, at, store: other }) => {
        const entry = { at, actor: 'test', detail: '{}' };
        await other.addAudit({ ...entry, action: `deed ${index}` });
        const audit = { ...entry, action: `edit ${index}` };
        await other.configure({ sites: [], connections: [], removeConnections: [], audit });
      });
      const expected = done.toReversed().flatMap((index) => [`edit ${index}`, `deed ${index}`]);
      const seen = await store.auditLog({ limit: 100 });
      expect(seen.map(({ action }) => action)).toEqual(expected);
      expect(seen.map(({ at }) => at)).toEqual(CLOCK.toReversed().flatMap((at) => [at, at]));
      const page = await store.auditLog({ before: seen[3]!.id, limit: 2 });
      expect(page.map(({ action }) => action)).toEqual(expected.slice(4, 6));
    });

    test('refused orders and deliveries are listed newest first, an order tells its deliveries oldest first', async () => {
      const done = await writeAtEach(({ index, at, store: other, newId }) =>
        other.transact(nothingWanted(), () => ({
          changes: changes({
            orders: [storedOrder('O1')],
            deliveries: [delivery({ id: newId(at), orderId: 'O1', seq: index, createdAt: at })],
            quarantine: [
              {
                ...{ id: newId(at), site: 'shop', at, route: 'conversion', errors: [], seen: 1 },
                ...{ body: Buffer.from('sealed'), fingerprint: `refused ${index}` },
              },
            ],
          }),
          result: undefined,
        })),
      );
      expect((await store.deliveries({})).map(({ seq }) => seq)).toEqual(done.toReversed());
      expect((await store.quarantine({})).map(({ fingerprint }) => fingerprint)).toEqual(
        done.toReversed().map((index) => `refused ${index}`),
      );
      const known = await store.transact(
        { ...nothingWanted(), orders: [{ site: 'shop', orderId: 'O1' }] },
        ({ deliveries }) => ({ changes: changes(), result: deliveries.get('shop\nO1')!.map(({ seq }) => seq) }),
      );
      expect(known).toEqual(done);
    });

    test('an order tells its story, its attempts and the changes that overtook it', async () => {
      await store.transact(nothingWanted(), () => ({
        changes: changes({ orders: [storedOrder('O1')], deliveries: [delivery({ orderId: 'O1' })] }),
        result: undefined,
      }));
      const done = await writeAtEach(async ({ index, at, store: other }) => {
        const event = { site: 'shop', orderId: 'O1', at, type: 'noted', text: `line ${index}` };
        const change = { site: 'shop', orderId: 'O2', at, patch: `{"n":${index}}` };
        await other.transact(nothingWanted(), () => ({
          changes: changes({ events: [event], pending: [change] }),
          result: undefined,
        }));
        const [claimed] = await claimAll(other, CLOCK[1]!);
        const exchange = attempt({ at, reason: `attempt ${index}` });
        await other.settle([settlement(claimed!, { state: 'due', nextAt: NOON }, [exchange])], at);
      });
      expect((await store.eventsOf('shop', 'O1')).map(({ text }) => text)).toEqual(
        done.map((index) => `line ${index}`),
      );
      const [told] = await store.deliveriesOf('shop', 'O1');
      expect(told!.attemptLog.map(({ reason }) => reason)).toEqual(done.map((index) => `attempt ${index}`));
      const pending = await store.transact(
        { ...nothingWanted(), orders: [{ site: 'shop', orderId: 'O2' }] },
        (known) => ({ changes: changes(), result: known.pending.get('shop\nO2')!.map(({ patch }) => patch) }),
      );
      expect(pending).toEqual(done.map((index) => `{"n":${index}}`));
    });
  });
}
