/** Copies what commits have logged into the file, on a thread of its own: nobody who waits for a commit waits for that. Started by `writer.ts`. */
import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from './open.ts';

/** Milliseconds between two looks. Short, so that a copy is small and the disk stays free for the next commit's fsync. */
const LOOK_EVERY = 100;

if (parentPort) {
  const file = workerData as string;
  const db = openDatabase(file);
  let copied = 0;
  const look = (): void => {
    const { mtimeMs } = statSync(`${file}-wal`);
    if (mtimeMs === copied) return;
    copied = mtimeMs;
    // PASSIVE waits for nobody and stops nobody. What it could not do (a lock, a full disk), the next look or the writer's own limit does.
    db.pragma('wal_checkpoint(PASSIVE)');
  };
  setInterval(() => {
    try {
      look();
    } catch {
      copied = 0;
    }
  }, LOOK_EVERY);
}
