/** The part of the doctor that looks at PostgreSQL: whether it is reached, keeps what was acknowledged, and has every migration. */
import type { Finding } from './finding.ts';

/** `usable`: the database can be read by this version as it is. */
export async function databaseFindings(url: string, now: number): Promise<{ findings: Finding[]; usable: boolean }> {
  const { examineDatabase } = await import('../../store/postgres/examine.ts');
  const seen = await examineDatabase({ url, clock: () => now });
  if ('problem' in seen) {
    const fix = 'Start nothing before this is mended.';
    return { findings: [{ area: 'data', level: 'fail', message: seen.problem, fix }], usable: false };
  }
  const durability: Finding = seen.fsync
    ? {
        area: 'durability',
        level: 'ok',
        message: `PostgreSQL ${seen.version}, every commit on disk before it is acknowledged.`,
      }
    : {
        area: 'durability',
        level: 'fail',
        message: `PostgreSQL ${seen.version} runs with fsync off: a power cut may lose what was acknowledged, and the whole database.`,
        fix: 'Set fsync = on in postgresql.conf and restart it.',
      };
  if (seen.missing.length === 0)
    return { findings: [durability, { area: 'migrations', level: 'ok', message: 'None is missing.' }], usable: true };
  const pending: Finding = {
    ...{ area: 'migrations', level: 'warn', message: `Missing: ${seen.missing.join(', ')}` },
    fix: 'Run "clickthread migrate"; "serve" does it by itself.',
  };
  return { findings: [durability, pending], usable: false };
}
