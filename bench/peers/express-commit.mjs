// The usual way to do the same job: Express, express.json, and one durable SQLite commit a request before the same answer.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import express from 'express';

const folder = mkdtempSync(join(tmpdir(), 'clickthread-bench-express-'));
const db = new Database(join(folder, 'touches.db'));
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
// The collector's own table and index (migration 4).
db.exec(`
  CREATE TABLE touch (
    site TEXT NOT NULL, visitor TEXT NOT NULL, at INTEGER NOT NULL, param TEXT NOT NULL, value TEXT NOT NULL, id TEXT NOT NULL,
    kind TEXT NOT NULL, url TEXT, referrer TEXT, extra TEXT, consent TEXT);
  CREATE UNIQUE INDEX touch_of_visitor ON touch (site, visitor, at, param, value)`);
const insert = db.prepare(`
  INSERT INTO touch (site, visitor, at, param, value, id, kind, url, referrer, consent)
  VALUES (?, ?, ?, ?, ?, ?, 'partner', ?, ?, ?) ON CONFLICT DO NOTHING`);
const record = db.transaction((site, { visitor, touches, consent }) => {
  for (const { at, param, value, url, referrer } of touches) {
    insert.run(site, visitor, at, param, value, randomUUID(), url, referrer, JSON.stringify(consent));
  }
});

const app = express();
app.disable('x-powered-by');
app.use(express.json({ type: () => true }));
app.post('/t/:site/touch', (request, response) => {
  record(request.params.site, request.body);
  const { visitor } = request.body;
  response.set({
    'access-control-allow-origin': request.get('origin'),
    'access-control-allow-credentials': 'true',
    'cache-control': 'no-store',
  });
  response.cookie('_ct_v', visitor, { maxAge: 400 * 86_400_000, httpOnly: true, sameSite: 'lax' });
  response.sendStatus(204);
});
const server = app.listen(0, '127.0.0.1', () =>
  process.stdout.write(`express listens on http://127.0.0.1:${server.address().port}\n`),
);
process.once('SIGTERM', () => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
