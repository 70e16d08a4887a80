// The usual way: Express, express.json, and one durable SQLite commit a request before the answer.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import express from 'express';

const folder = mkdtempSync(join(tmpdir(), 'clickthread-bench-express-'));
const db = new Database(join(folder, 'touches.db'));
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec(`CREATE TABLE touch (
  site TEXT NOT NULL, visitor TEXT NOT NULL, at INTEGER NOT NULL, param TEXT NOT NULL, value TEXT NOT NULL, url TEXT, referrer TEXT,
  PRIMARY KEY (site, visitor, at, param, value)) WITHOUT ROWID`);
const insert = db.prepare('INSERT INTO touch VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');

const app = express();
app.disable('x-powered-by');
app.use(express.json({ type: () => true }));
app.post('/t/:site/touch', (request, response) => {
  const { visitor, touches } = request.body;
  for (const { at, param, value, url, referrer } of touches) {
    insert.run(request.params.site, visitor, at, param, value, url, referrer);
  }
  response.json({ visitor, touches });
});
const server = app.listen(0, '127.0.0.1', () =>
  process.stdout.write(`express listens on http://127.0.0.1:${server.address().port}\n`),
);
process.once('SIGTERM', () => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
