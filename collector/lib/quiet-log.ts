/** A log that says the same thing once a minute: a full disk refuses everybody, and one stack tells as much as a thousand. */
import type { Clock } from './clock.ts';
import { minutes } from './duration.ts';

export interface ErrorLog {
  error(fields: object, message: string): void;
}

const PAUSE = minutes(1);
/** Messages are ours and few; this only keeps a mistake from growing. */
const MOST = 100;

/** The first of a kind (message and code) is written whole; those of the next minute are counted, and the number stands in the next line. */
export function createQuietLog(log: ErrorLog, monotonic: Clock): ErrorLog {
  const known = new Map<string, { at: number; left: number }>();
  return {
    error(fields, message) {
      const { code, err } = fields as { code?: string; err?: { code?: string } };
      const kind = `${message}\n${code ?? err?.code ?? ''}`;
      const now = monotonic();
      const last = known.get(kind);
      if (last && now - last.at < PAUSE) {
        last.left += 1;
        return;
      }
      if (known.size >= MOST) known.clear();
      known.set(kind, { at: now, left: 0 });
      log.error(last && last.left > 0 ? { ...fields, alsoSince: last.left } : fields, message);
    },
  };
}
