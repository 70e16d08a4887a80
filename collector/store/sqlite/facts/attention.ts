/** SQL of what needs a person, counted up to a bound by indexes: a look costs the same however much is stored. */
import type Database from 'better-sqlite3';
import type { AlertStore, Attention, ConnectionCount } from '../../alert-store.ts';

export function attentionReader(db: Database.Database): (want: Parameters<AlertStore['attention']>[0]) => Attention {
  const countByConnection = db.prepare<[string, string, number, number], ConnectionCount>(`
    SELECT site, connection, COUNT(*) AS count FROM
      (SELECT site, connection FROM delivery WHERE state = ? AND site = ? AND updated_at >= ? LIMIT ?)
    GROUP BY connection ORDER BY connection`);
  // The newest ids are the newest refusals.
  const countRefused = db.prepare<[number, number], Attention['refused'][number]>(`
    SELECT site, COUNT(*) AS count FROM (SELECT site, at FROM quarantine ORDER BY id DESC LIMIT ?) WHERE at >= ? GROUP BY site`);
  const countContested = db.prepare<[string, number], Attention['contested'][number]>(`
    SELECT site, contest ->> 'kind' AS kind, COUNT(*) AS count FROM
      (SELECT site, contest FROM orders WHERE contest IS NOT NULL AND site = ? LIMIT ?)
    GROUP BY kind ORDER BY kind`);
  return ({ sites, since, most }) => ({
    held: sites.flatMap((site) => countByConnection.all('held', site, 0, most)),
    rejected: sites.flatMap((site) => countByConnection.all('rejected', site, since, most)),
    refused: countRefused.all(most, since),
    contested: sites.flatMap((site) => countContested.all(site, most)),
  });
}
