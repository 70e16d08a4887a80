/** SQL of withdrawn consent. */
import type Database from 'better-sqlite3';
import type { Consent } from '../../event.ts';
import type { Withdrawal } from '../withdrawal-store.ts';

export interface WithdrawalTable {
  add(withdrawal: Withdrawal): void;
  of(site: string, visitor: string): Withdrawal[];
}

export function withdrawalTable(db: Database.Database): WithdrawalTable {
  // A tag that sends again, or says so on every page, has said it once.
  const insert = db.prepare(`
    INSERT INTO withdrawal (site, visitor, at, consent) SELECT @site, @visitor, @at, @consent
    WHERE NOT EXISTS (SELECT 1 FROM withdrawal WHERE site = @site AND visitor = @visitor AND consent = @consent)
    ON CONFLICT DO NOTHING`);
  const select = db.prepare<[string, string], Omit<Withdrawal, 'consent'> & { consent: string }>(
    'SELECT site, visitor, at, consent FROM withdrawal WHERE site = ? AND visitor = ? ORDER BY at',
  );
  return {
    add: ({ consent, ...row }) => void insert.run({ ...row, consent: JSON.stringify(consent) }),
    of: (site, visitor) =>
      select.all(site, visitor).map((row) => ({ ...row, consent: JSON.parse(row.consent) as Consent })),
  };
}
