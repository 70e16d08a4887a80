/** SQL of alerts: the channels that they go to, conditions that are known, and their messages. */
import type Database from 'better-sqlite3';
import { days } from '../../lib/duration.ts';
import type { Alert, AlertMessage } from '../../model/alerts/alert.ts';
import type { AlertStore, SettledMessage } from '../alert-store.ts';
import type { AlertChannelRow } from '../configuration-store.ts';
import { attentionReader } from './facts/attention.ts';
import { orderHourReader } from './facts/order-hour.ts';

/** Messages are kept for the eye for so long. */
const KEPT = days(30);

const MESSAGE = `id, channel, alert, kind, phase, site, title, text, since, state, next_at AS nextAt, attempts, reason,
  created_at AS createdAt, settled_at AS settledAt`;

export function alertChannelTable(db: Database.Database): {
  all(): AlertChannelRow[];
  put(channel: AlertChannelRow): void;
  remove(id: string): void;
} {
  const select = db.prepare<[], AlertChannelRow>(`
    SELECT id, type, config, settings, secrets, position, created_at AS createdAt, updated_at AS updatedAt
    FROM alert_channel ORDER BY position, id`);
  const upsert = db.prepare(`
    INSERT INTO alert_channel (id, type, config, settings, secrets, position, created_at, updated_at)
    VALUES (@id, @type, @config, @settings, @secrets, @position, @createdAt, @updatedAt)
    ON CONFLICT (id) DO UPDATE SET type = excluded.type, config = excluded.config, settings = excluded.settings,
      secrets = excluded.secrets, position = excluded.position, updated_at = excluded.updated_at`);
  const remove = db.prepare('DELETE FROM alert_channel WHERE id = ?');
  return {
    all: () => select.all(),
    put: (channel) => void upsert.run(channel),
    remove: (id) => void remove.run(id),
  };
}

export function sqliteAlertStore(db: Database.Database): AlertStore {
  const select = db.prepare<[], Alert>(`
    SELECT key, kind, site, title, text, over, raised_at AS raisedAt, absent_since AS absentSince, cleared_at AS clearedAt, returns
    FROM alert ORDER BY raised_at, key`);
  const upsert = db.prepare(`
    INSERT INTO alert (key, kind, site, title, text, over, raised_at, absent_since, cleared_at, returns)
    VALUES (@key, @kind, @site, @title, @text, @over, @raisedAt, @absentSince, @clearedAt, @returns)
    ON CONFLICT (key) DO UPDATE SET title = excluded.title, text = excluded.text, over = excluded.over,
      raised_at = excluded.raised_at, absent_since = excluded.absent_since, cleared_at = excluded.cleared_at,
      returns = excluded.returns`);
  const forget = db.prepare('DELETE FROM alert WHERE key = ?');
  const insert = db.prepare(`
    INSERT INTO alert_message (id, channel, alert, kind, phase, site, title, text, since, state, next_at, attempts, reason,
      created_at, settled_at)
    VALUES (@id, @channel, @alert, @kind, @phase, @site, @title, @text, @since, @state, @nextAt, @attempts, @reason,
      @createdAt, @settledAt)`);
  const drop = db.prepare(
    `UPDATE alert_message SET state = 'dropped', settled_at = ? WHERE id = ? AND state = 'waiting'`,
  );
  const selectOf = db.prepare<[string, number], AlertMessage>(
    `SELECT ${MESSAGE} FROM alert_message WHERE alert = ? AND created_at >= ? ORDER BY id LIMIT 1000`,
  );
  const selectDue = db.prepare<[number, number], AlertMessage>(
    `SELECT ${MESSAGE} FROM alert_message WHERE state = 'waiting' AND next_at <= ? ORDER BY next_at, id LIMIT ?`,
  );
  const settle = db.prepare(`
    UPDATE alert_message SET state = @state, next_at = @nextAt, attempts = @attempts, reason = @reason, settled_at = @settledAt
    WHERE id = @id AND state = 'waiting'`);
  const selectTroubled = db.prepare<[number], AlertMessage>(
    `SELECT ${MESSAGE} FROM alert_message WHERE attempts > 0 AND (state = 'waiting' OR (state = 'failed' AND settled_at >= ?))
     ORDER BY id LIMIT 1000`,
  );
  const sweep = db.prepare('DELETE FROM alert_message WHERE settled_at < ?');
  const note = db.transaction((change: Parameters<AlertStore['noteAlerts']>[0]) => {
    for (const alert of change.put) upsert.run(alert);
    for (const key of change.forget) forget.run(key);
    for (const message of change.messages) insert.run(message);
    for (const id of change.dropMessages) drop.run(change.now, id);
    sweep.run(change.now - KEPT);
  });
  const settleAll = db.transaction((settled: readonly SettledMessage[]) => {
    for (const one of settled) settle.run(one);
  });
  const hours = orderHourReader(db);
  const readAttention = attentionReader(db);
  return {
    attention: async (want) => readAttention(want),
    orderHours: async (site) => hours.span(site),
    ordersBetween: async (site, from, until) => hours.between(site, from, until),
    alerts: async () => select.all(),
    messagesOfAlert: async (key, since) => selectOf.all(key, since),
    noteAlerts: async (change) => void note.immediate(change),
    dueAlertMessages: async (now, limit) => selectDue.all(now, limit),
    settleAlertMessages: async (settled) => void settleAll.immediate(settled),
    troubledAlertMessages: async (since) => selectTroubled.all(since),
  };
}
