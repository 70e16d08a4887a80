// Express at its plainest: express.json, one durable INSERT a request, an empty answer. No headers for browsers, no cookie, no journey.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import express from 'express';

const folder = mkdtempSync(join(tmpdir(), 'clickthread-bench-express-'));
const db = new Database(join(folder, 'events.db'));
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec('CREATE TABLE event (id INTEGER PRIMARY KEY, site TEXT NOT NULL, body TEXT NOT NULL)');
const insert = db.prepare('INSERT INTO event (site, body) VALUES (?, ?)');

const app = express();
app.use(express.json({ type: () => true }));
app.post('/t/:site/touch', (request, response) => {
  insert.run(request.params.site, JSON.stringify(request.body));
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
