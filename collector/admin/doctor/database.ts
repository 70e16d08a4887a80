/** The part of the doctor that looks at PostgreSQL: whether it is reached, keeps what was acknowledged, and has every migration. */
import { describeFinding, type Finding } from './finding.ts';

/** `usable`: the database can be read by this version as it is. */
export async function databaseFindings(url: string, now: number): Promise<{ findings: Finding[]; usable: boolean }> {
  const { examineDatabase } = await import('../../store/postgres/examine.ts');
  const seen = await examineDatabase({ url, clock: () => now });
  if ('problem' in seen) {
    const said = ['said', { said: seen.problem }] as const;
    return { findings: [describeFinding({ area: 'data', level: 'fail', said, mend: 'data.first' })], usable: false };
  }
  const { version, missing } = seen;
  const durability = seen.fsync
    ? describeFinding({ area: 'durability', level: 'ok', said: ['data.durablePostgres', { version }] })
    : describeFinding({
        ...{ area: 'durability', level: 'fail', mend: 'data.noFsync' },
        said: ['data.noFsync', { version }],
      });
  return { findings: [durability, migrationsFinding(missing)], usable: missing.length === 0 };
}

export function migrationsFinding(missing: readonly string[]): Finding {
  const area = 'migrations';
  if (missing.length === 0) return describeFinding({ area, level: 'ok', said: 'data.migrated' });
  const said = ['data.toMigrate', { names: missing.join(', ') }] as const;
  return describeFinding({ area, level: 'warn', said, mend: 'data.toMigrate' });
}
