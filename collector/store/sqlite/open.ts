/** Opens the SQLite file the one way that keeps promises: WAL, and an fsync for every commit. */
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, linkSync, openSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';

/**
 * The commit that reaches this many pages copies them into the file, and everybody waits: 500 take 4 to 8 ms. Fewer would be copied again and
 * again, more make whoever waits wait longer. A thread that copies took 12 MB and gained little (decisions/0002).
 */
const CHECKPOINT_PAGES = 500;
/** Milliseconds that a write waits for another process's lock before it gives up (and the caller answers 503). */
const BUSY_TIMEOUT = 2000;

/**
 * Opens (and makes) the file. Throws when the durability settings did not take: better-sqlite3 builds with
 * `synchronous=NORMAL` in WAL mode, under which an acknowledged order could vanish in a power cut.
 */
export function openDatabase(file: string, options: { readonly?: boolean } = {}): Database.Database {
  if (!options.readonly && file !== ':memory:' && !existsSync(file)) makeFile(file);
  const db = new Database(file, { readonly: options.readonly ?? false, timeout: BUSY_TIMEOUT });
  if (!options.readonly) {
    db.pragma('journal_mode = WAL');
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  }
  // What is erased is overwritten, not only unlinked: free pages keep nothing.
  db.pragma('secure_delete = ON');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma('temp_store = MEMORY');
  db.pragma('cache_size = -32000');
  const journal = db.pragma('journal_mode', { simple: true });
  const synchronous = db.pragma('synchronous', { simple: true });
  // Who only reads can't change it, and acknowledges nothing: a copy that was put here by hand is put right by the next who writes.
  const isSafe = options.readonly === true || journal === 'wal';
  if (!isSafe || synchronous !== 2) {
    db.close();
    throw new Error(
      `${file} does not keep acknowledged orders safe: journal_mode=${String(journal)}, synchronous=${String(synchronous)}. ` +
        'Put the data folder on a local file system that supports WAL.',
    );
  }
  return db;
}

/**
 * A new file, there all at once with its header: one of no bytes is then always one that was lost, whenever the first start was killed. Of two who
 * make it the first has made it.
 */
function makeFile(file: string): void {
  const fresh = `${file}.${randomUUID()}.new`;
  // Its log and shared memory take over the mode of the file.
  closeSync(openSync(fresh, 'a', 0o600));
  try {
    const db = new Database(fresh);
    db.pragma('journal_mode = WAL');
    db.close();
    linkSync(fresh, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    // A file system without hard links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(String(code))) throw error;
    closeSync(openSync(file, 'a', 0o600));
  } finally {
    rmSync(fresh, { force: true });
  }
}
