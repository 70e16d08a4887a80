/** SQL of alerts: the channels that they go to, conditions that are known, and their messages. Implements `AlertStore`. */
import { randomUUID } from 'node:crypto';
import { days, seconds } from '../../lib/duration.ts';
import type { Alert, AlertMessage } from '../../model/alerts/alert.ts';
import type { AlertStore } from '../alert-store.ts';
import type { AlertChannelRow } from '../configuration-store.ts';
import type { Database, Sql } from './database.ts';
import { readAttention } from './facts/attention.ts';
import { ordersBetweenHours, orderHourSpan } from './facts/order-hour.ts';
import { holdLane } from './lane.ts';

/** Messages are kept for the eye for so long. */
const KEPT = days(30);

const SELECT_CHANNELS = `
  SELECT id, type, config, settings, secrets, position, created_at AS "createdAt", updated_at AS "updatedAt"
  FROM alert_channel ORDER BY position, id`;
const UPSERT_CHANNEL = `
  INSERT INTO alert_channel (id, type, config, settings, secrets, position, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (id) DO UPDATE SET type = excluded.type, config = excluded.config, settings = excluded.settings,
    secrets = excluded.secrets, position = excluded.position, updated_at = excluded.updated_at`;

export const alertChannels = (sql: Sql): Promise<AlertChannelRow[]> => sql.rows<AlertChannelRow>(SELECT_CHANNELS);

export async function putAlertChannel(sql: Sql, channel: AlertChannelRow): Promise<void> {
  const { id, type, config, settings, secrets, position, createdAt, updatedAt } = channel;
  await sql.run(UPSERT_CHANNEL, [id, type, config, settings, secrets, position, createdAt, updatedAt]);
}

export async function removeAlertChannel(sql: Sql, id: string): Promise<void> {
  await sql.run('DELETE FROM alert_channel WHERE id = $1', [id]);
}

const SELECT_ALERTS = `
  SELECT key, kind, site, title, text, "over", raised_at AS "raisedAt", absent_since AS "absentSince", cleared_at AS "clearedAt", returns
  FROM alert ORDER BY raised_at, key`;
const UPSERT_ALERT = `
  INSERT INTO alert (key, kind, site, title, text, "over", raised_at, absent_since, cleared_at, returns)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  ON CONFLICT (key) DO UPDATE SET title = excluded.title, text = excluded.text, "over" = excluded."over",
    raised_at = excluded.raised_at, absent_since = excluded.absent_since, cleared_at = excluded.cleared_at,
    returns = excluded.returns`;
const FORGET_ALERTS = 'DELETE FROM alert WHERE key = ANY($1::text[])';

const MESSAGE = `id, channel, alert, kind, phase, site, title, text, since, state, next_at AS "nextAt", attempts, reason,
  created_at AS "createdAt", settled_at AS "settledAt"`;
const INSERT_MESSAGE = `
  INSERT INTO alert_message (id, channel, alert, kind, phase, site, title, text, since, state, next_at, attempts, reason,
    created_at, settled_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`;
const DROP_MESSAGES = `
  UPDATE alert_message SET state = 'dropped', settled_at = $1 WHERE id = ANY($2::text[]) AND state = 'waiting'`;
const SELECT_OF = `SELECT ${MESSAGE} FROM alert_message WHERE alert = $1 AND created_at >= $2 ORDER BY id LIMIT 1000`;
const SELECT_DUE = `
  SELECT ${MESSAGE} FROM alert_message WHERE state = 'waiting' AND next_at <= $1 ORDER BY next_at, id LIMIT $2`;
const SETTLE = `
  UPDATE alert_message SET state = $2, next_at = $3, attempts = $4, reason = $5, settled_at = $6
  WHERE id = $1 AND state = 'waiting'`;
const SELECT_TROUBLED = `
  SELECT ${MESSAGE} FROM alert_message WHERE attempts > 0 AND (state = 'waiting' OR (state = 'failed' AND settled_at >= $1))
  ORDER BY id LIMIT 1000`;

/** What one replica at a time does: with several, each condition would be told as often as there are of them. A round comes every ten seconds. */
const WATCH = { name: 'alerts', lasts: seconds(30) };

export function postgresAlertStore(db: Database): AlertStore {
  const owner = randomUUID();
  const watches = (sql: Sql): Promise<boolean> => holdLane(sql, { ...WATCH, owner });
  return {
    attention: (want) => readAttention(db, want),
    orderHours: (site) => orderHourSpan(db, site),
    ordersBetween: (site, from, until) => ordersBetweenHours(db, site, from, until),
    alerts: () => db.rows<Alert>(SELECT_ALERTS),
    messagesOfAlert: (key, since) => db.rows<AlertMessage>(SELECT_OF, [key, since]),
    // Who doesn't watch notes and sends nothing: the one who does sees the same.
    noteAlerts: (change) =>
      db.transaction(async (sql) => {
        if (await watches(sql)) await noteAlerts(sql, change);
      }),
    dueAlertMessages: async (now, limit) =>
      (await watches(db)) ? db.rows<AlertMessage>(SELECT_DUE, [now, limit]) : [],
    settleAlertMessages: (settled) =>
      db.transaction(async (sql) => {
        for (const { id, state, nextAt, attempts, reason, settledAt } of settled)
          await sql.run(SETTLE, [id, state, nextAt, attempts, reason, settledAt]);
      }),
    troubledAlertMessages: (since) => db.rows<AlertMessage>(SELECT_TROUBLED, [since]),
  };
}

async function noteAlerts(sql: Sql, change: Parameters<AlertStore['noteAlerts']>[0]): Promise<void> {
  for (const { key, kind, site, title, text, over, raisedAt, absentSince, clearedAt, returns } of change.put)
    await sql.run(UPSERT_ALERT, [key, kind, site, title, text, over, raisedAt, absentSince, clearedAt, returns]);
  if (change.forget.length > 0) await sql.run(FORGET_ALERTS, [change.forget]);
  for (const m of change.messages)
    await sql.run(INSERT_MESSAGE, [
      ...[m.id, m.channel, m.alert, m.kind, m.phase, m.site, m.title, m.text, m.since, m.state, m.nextAt],
      ...[m.attempts, m.reason, m.createdAt, m.settledAt],
    ]);
  if (change.dropMessages.length > 0) await sql.run(DROP_MESSAGES, [change.now, change.dropMessages]);
  await sql.run('DELETE FROM alert_message WHERE settled_at < $1', [change.now - KEPT]);
}
