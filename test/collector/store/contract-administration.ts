/** The part of the store's contract about people's work: configuration, keys, quarantine, breakers, messages. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ApiKeyRow } from '../../../collector/model/api-key.ts';
import type { Quarantined } from '../../../collector/model/quarantined.ts';
import type { ConnectionRow } from '../../../collector/store/configuration-store.ts';
import type { Store } from '../../../collector/store/store.ts';
import type { EngineUnderTest } from './contract.ts';
import { deedAt, delivery, freshId, NOON, write } from './rows.ts';

const connection = (id: string, more: Partial<ConnectionRow> = {}): ConnectionRow => ({
  ...{ site: 'shop', id, type: 'impact', config: '{}', settings: '{}', secrets: null, position: 0 },
  ...{ createdAt: NOON, updatedAt: NOON, ...more },
});
const audit = { at: NOON, actor: 'test', action: 'apply', detail: '{}' };
const key = (more: Partial<ApiKeyRow> = {}): ApiKeyRow => ({
  ...{ id: freshId(), kind: 'api', hash: freshId(), secret: null, sites: ['shop'], label: '', createdAt: NOON },
  ...{ revokedAt: null, ...more },
});
const refused = (more: Partial<Quarantined> = {}): Quarantined => ({
  ...{ id: freshId(), site: 'shop', at: NOON, route: 'conversion', body: Buffer.from('sealed'), seen: 1 },
  ...{ errors: [{ field: 'total', message: 'is missing' }], fingerprint: freshId(), ...more },
});

export function administrationContract(engine: EngineUnderTest): void {
  let store: Store;
  beforeEach(async () => {
    engine.clock.set(NOON);
    store = await engine.open();
  });
  afterEach(() => store.close());

  describe('configuration', () => {
    test('every change moves the version, which another process sees', async () => {
      const other = await engine.openAgain();
      const before = await other.configurationVersion();
      const sites = [{ id: 'shop', config: '{"id":"shop"}' }];
      const connections = [
        connection('b', { position: 1, secrets: Buffer.from([7]) }),
        connection('a', { position: 0 }),
      ];
      expect(await store.configure({ sites, connections, removeConnections: [], audit })).toBe(before + 1);
      const read = await other.configuration();
      expect(read).toMatchObject({ version: before + 1, sites, orderKeys: [] });
      expect(read.connections.map(({ id }) => id)).toEqual(['a', 'b']);
      expect([...read.connections[1]!.secrets!]).toEqual([7]);
      await other.close();
    });

    test('a connection keeps when it was made; removed ones are gone', async () => {
      await store.configure({
        sites: [],
        connections: [connection('a'), connection('b')],
        removeConnections: [],
        audit,
      });
      const later = connection('a', { createdAt: NOON + 9, updatedAt: NOON + 9, settings: '{"x":1}' });
      await store.configure({ sites: [], connections: [later], removeConnections: [{ site: 'shop', id: 'b' }], audit });
      expect((await store.configuration()).connections).toMatchObject([
        { id: 'a', settings: '{"x":1}', createdAt: NOON, updatedAt: NOON + 9 },
      ]);
    });

    test('a removed site takes its connections along', async () => {
      await store.configure({
        sites: [{ id: 'shop', config: '{}' }],
        connections: [connection('a')],
        removeConnections: [],
        audit,
      });
      await store.configure({ sites: [], connections: [], removeConnections: [], removeSites: ['shop'], audit });
      expect(await store.configuration()).toMatchObject({ sites: [], connections: [] });
    });
  });

  describe('keys', () => {
    test('are listed until and after they are revoked, once', async () => {
      const row = key({ kind: 'webhook', secret: Buffer.from('sealed'), sites: ['shop', 'other'], label: 'till' });
      await store.addApiKey(row, deedAt());
      expect(await store.apiKeys()).toEqual([row]);
      expect(await store.revokeApiKey(row.id, deedAt(NOON + 1))).toBe(true);
      expect(await store.revokeApiKey(row.id, deedAt(NOON + 2))).toBe(false);
      expect(await store.revokeApiKey('unknown', deedAt())).toBe(false);
      expect((await store.apiKeys())[0]?.revokedAt).toBe(NOON + 1);
      // Each deed once, in its own transaction; what changed nothing leaves no word.
      expect((await store.auditLog({ limit: 10 })).map(({ at }) => at)).toEqual([NOON + 1, NOON]);
    });

    test('that sign orders are part of what is in force, until they are revoked', async () => {
      const before = await store.configurationVersion();
      const row = key({ kind: 'order', secret: Buffer.from('sealed') });
      await store.addApiKey(row, deedAt());
      const read = await store.configuration();
      expect(read.version).toBeGreaterThan(before);
      expect(read.orderKeys.map(({ sites, secret }) => [sites, String(secret)])).toEqual([[['shop'], 'sealed']]);
      await store.revokeApiKey(row.id, deedAt());
      expect((await store.configuration()).orderKeys).toEqual([]);
      expect(await store.configurationVersion()).toBeGreaterThan(read.version);
    });

    test('never stand twice', async () => {
      const row = key();
      await store.addApiKey(row, deedAt());
      await expect(store.addApiKey({ ...row, id: freshId() }, deedAt())).rejects.toThrow();
    });
  });

  describe('quarantine', () => {
    test('keeps a refusal once, with how often it was seen and the latest errors', async () => {
      const row = refused();
      const errors = [{ field: 'currency', message: 'is wrong' }];
      await write(store, { quarantine: [row, { ...row, id: freshId(), errors }] });
      await write(store, { quarantine: [{ ...row, id: freshId(), site: 'other' }] });
      const kept = await store.quarantine({ site: 'shop' });
      expect(kept.map(({ id, seen, errors: last, body }) => ({ id, seen, last, body: String(body) }))).toEqual([
        { id: row.id, seen: 2, last: errors, body: 'sealed' },
      ]);
      expect(await store.quarantine({})).toHaveLength(2);
      expect(await store.quarantine({ id: row.id })).toHaveLength(1);
      expect(await store.quarantine({ limit: 1 })).toHaveLength(1);
    });

    test('is emptied by id', async () => {
      const rows = [refused(), refused()];
      await write(store, { quarantine: rows });
      expect(await store.dropQuarantine([rows[0]!.id, 'unknown'])).toBe(1);
      expect((await store.quarantine({})).map(({ id }) => id)).toEqual([rows[1]!.id]);
    });

    test('is bounded: beyond about ten thousand of a site the oldest make room; neither other sites nor what the shop itself sent lose anything', async () => {
      const ofShop = refused({ route: 'orders' });
      await write(store, {
        quarantine: [
          refused({ site: 'other' }),
          ofShop,
          ...Array.from({ length: 10_250 }, () => refused({ route: 'conversion' })),
        ],
      });
      const all = await store.quarantine({ site: 'shop', limit: 20_000 });
      expect(all.map(({ id }) => id)).toContain(ofShop.id);
      const kept = all.filter(({ route }) => route === 'conversion');
      expect(kept.length).toBeGreaterThanOrEqual(10_000);
      expect(kept.length).toBeLessThanOrEqual(10_100);
      expect(await store.quarantine({ site: 'other' })).toHaveLength(1);
      const ids = kept.map(({ id }) => id);
      expect(ids).toEqual([...ids].sort().reverse());
    });
  });

  describe('messages of signed webhooks', () => {
    test('are known the second time, per site', async () => {
      expect(await store.knowsMessage('shop', 'msg-1')).toBe(false);
      expect(await store.rememberMessage('shop', 'msg-1', NOON)).toBe(true);
      expect(await store.rememberMessage('shop', 'msg-1', NOON + 1000)).toBe(false);
      expect(await store.knowsMessage('shop', 'msg-1')).toBe(true);
      expect(await store.knowsMessage('other', 'msg-1')).toBe(false);
      expect(await store.rememberMessage('other', 'msg-1', NOON)).toBe(true);
    });

    test('are remembered together, each once, also where one comes twice', async () => {
      await store.rememberMessage('shop', 'msg-1', NOON);
      const messages = ['msg-1', 'msg-2', 'msg-3', 'msg-2'].map((id) => ({ site: 'shop', id, at: NOON }));
      expect(await store.rememberMessages(messages)).toEqual([false, true, true, false]);
      expect(await store.rememberMessages([])).toEqual([]);
      expect(await store.knowsMessage('shop', 'msg-3')).toBe(true);
    });

    test('are forgotten after longer than any signature is valid', async () => {
      await store.rememberMessage('shop', 'msg-1', NOON);
      await store.rememberMessage('shop', 'msg-2', NOON + 25 * 3_600_000);
      expect(await store.rememberMessage('shop', 'msg-1', NOON + 25 * 3_600_000)).toBe(true);
    });
  });

  describe('breakers', () => {
    const breaker = {
      ...{ site: 'shop', connection: 'impact', kind: 'outage' as const, reason: 'down' },
      ...{ openedAt: NOON, probeAt: NOON + 1000, failures: 1 },
    };

    test('are kept until they are closed, with the moment when they first opened', async () => {
      await store.setBreaker(breaker);
      await store.setBreaker({ ...breaker, kind: 'held', openedAt: NOON + 5, probeAt: NOON + 9, failures: 2 });
      expect(await store.breakers()).toEqual([{ ...breaker, kind: 'held', probeAt: NOON + 9, failures: 2 }]);
      await store.clearBreaker('shop', 'impact', NOON, 10_000);
      expect(await store.breakers()).toEqual([]);
    });

    test('closed, they bring waiting retries forward, spread out, and nothing that has not been tried', async () => {
      const retries = Array.from({ length: 5 }, (_, index) =>
        delivery({ orderId: `R${index}`, nextAt: NOON + 3_600_000, attempts: 3 }),
      );
      const fresh = delivery({ orderId: 'fresh', nextAt: NOON + 3_600_000 });
      const other = delivery({ orderId: 'other', connection: 'awin', nextAt: NOON + 3_600_000, attempts: 3 });
      await write(store, { deliveries: [...retries, fresh, other] });
      await store.setBreaker(breaker);
      await store.clearBreaker('shop', 'impact', NOON, 10_000);
      const next = new Map((await store.deliveries({})).map(({ orderId, nextAt }) => [orderId, nextAt! - NOON]));
      expect(retries.map(({ orderId }) => next.get(orderId)).sort((a, b) => a! - b!)).toEqual([
        0, 2000, 4000, 6000, 8000,
      ]);
      expect([next.get('fresh'), next.get('other')]).toEqual([3_600_000, 3_600_000]);
    });

    test('closing one that is not open moves nothing', async () => {
      await write(store, { deliveries: [delivery({ nextAt: NOON + 5000, attempts: 1 })] });
      await store.clearBreaker('shop', 'impact', NOON, 10_000);
      expect((await store.deliveries({}))[0]?.nextAt).toBe(NOON + 5000);
    });
  });
}
