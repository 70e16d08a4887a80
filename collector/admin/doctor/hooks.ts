/**
 * The part of the doctor that looks after orders that shops tell: when the last signed webhook was taken, what was wrong with those that weren't,
 * and whether the shop could be asked. Pure.
 */
import type { Connection, Site } from '../../configuration/sites.ts';
import { days } from '../../lib/duration.ts';
import { type HookHealth, hookTrouble } from '../../model/shop/hook-health.ts';
import { HOOK_FAULTS, hookFact, type HookFault, type SiteFact } from '../../model/site-fact.ts';
import type { Checkpoint, SyncRow } from '../../store/sync-store.ts';
import { describeFinding, type Finding, isoTime, type WriteTime } from './finding.ts';

export function hookFindings(given: {
  sites: readonly Pick<Site, 'config' | 'connections'>[];
  facts: readonly SiteFact[];
  /** How asking the shops went. */
  syncs: readonly (Pick<SyncRow, 'site' | 'connection' | 'state' | 'reason' | 'succeededAt'> & {
    checkpoint: Pick<Checkpoint, 'hooks' | 'problems'>;
  })[];
  now: number;
  time: WriteTime;
}): Finding[] {
  return given.sites.flatMap(({ config, connections }) =>
    connections
      .filter(({ enabled, source }) => enabled && (source?.webhook?.kind === 'signed' || source?.catchUp !== undefined))
      .map((connection) => ({
        connection,
        row: given.syncs.find((row) => row.site === config.id && row.connection === connection.id),
      }))
      .flatMap(({ connection, row }) => [
        ...standingOf(connection, row?.checkpoint.hooks, given),
        ...(connection.source?.webhook?.kind === 'signed'
          ? findingsOf(
              connection,
              given.facts.filter(({ site }) => site === config.id),
              given.time,
            )
          : []),
        ...askingOf(connection, row, given.time),
      ]),
  );
}

/** What no webhook brings is asked for: a shop that can't be asked loses what comes while the collector is away. */
function askingOf(
  { site, id, source, settings }: Connection,
  row: (Pick<SyncRow, 'state' | 'reason' | 'succeededAt'> & { checkpoint: Pick<Checkpoint, 'problems'> }) | undefined,
  time: WriteTime,
): Finding[] {
  const area = `orders of ${id}`;
  const unable = source?.catchUp?.unable(settings);
  if (!source?.catchUp) return [];
  if (unable !== undefined)
    return [
      describeFinding({
        area,
        level: 'warn',
        said: ['said', { said: unable }],
        mend: ['asked.keys', { site, connection: id }],
      }),
    ];
  const values = { title: source.title };
  if (row?.state === 'failed') {
    const code = source.webhook?.kind === 'signed' ? 'asked.missed' : 'asked.failed';
    const mend = ['asked.again', { site, connection: id }] as const;
    return [describeFinding({ area, level: 'fail', said: [code, { ...values, said: row.reason }], mend })];
  }
  if (row?.succeededAt == null) return [];
  const unclear = (row.checkpoint.problems ?? []).map((problem) =>
    describeFinding({ area, level: 'warn', said: ['said', { said: problem }], mend: 'asked.unclear' }),
  );
  const said = ['asked.ok', { ...values, at: isoTime(row.succeededAt) }] as const;
  return [describeFinding({ area, level: 'ok', said }, time), ...unclear];
}

/** How long it is said that something was switched off and is on again. */
const NEWS = days(1);

/** The shop's own word on what it posts. */
function standingOf(
  { site, id, source }: Connection,
  health: HookHealth | undefined,
  { now, time }: { now: number; time: WriteTime },
): Finding[] {
  if (!health || !source || health.known.length === 0) return [];
  const area = `webhooks of ${id} at the shop`;
  const trouble = hookTrouble(health, source.title);
  if (trouble !== undefined) {
    const mend = [source.webhook?.hooks ? 'hooks.register' : 'hooks.sync', { site, connection: id }] as const;
    return [describeFinding({ area, level: 'fail', said: ['said', { said: trouble }], mend })];
  }
  const { paused, problem, restored } = health;
  const findings: Finding[] = [];
  if (paused.length > 0) {
    const said = ['hooks.paused', { names: paused.join(', ') }] as const;
    findings.push(describeFinding({ area, level: 'warn', said, mend: 'hooks.paused' }));
  }
  if (problem !== '')
    findings.push(describeFinding({ area, level: 'warn', said: ['hooks.unknown', { said: problem }] }));
  if (restored && now - restored.at < NEWS) {
    const values = { at: isoTime(restored.at), names: restored.triggers.join(', '), count: restored.times };
    findings.push(
      describeFinding({ area, level: 'warn', said: ['hooks.restored', values], mend: 'hooks.restored' }, time),
    );
  }
  return findings;
}

function findingsOf({ site, id, source }: Connection, own: readonly SiteFact[], time: WriteTime): Finding[] {
  const area = `webhooks of ${id}`;
  const factOf = (fault?: HookFault): SiteFact | undefined => own.find(({ name }) => name === hookFact(id, fault));
  const taken = factOf();
  const refused = HOOK_FAULTS.flatMap((fault): Finding[] => {
    const fact = factOf(fault);
    // What came right again since is mended.
    if (!fact || (taken && taken.at > fact.at)) return [];
    const said = [`hooks.${fault}`, { at: isoTime(fact.at), count: fact.count }] as const;
    return [describeFinding({ area, level: 'fail', said, mend: `hooks.${fault}` }, time)];
  });
  if (refused.length > 0) return refused;
  if (!taken) {
    const said = ['hooks.none', { title: source!.title }] as const;
    return [describeFinding({ area, level: 'warn', said, mend: ['hooks.none', { site, connection: id }] })];
  }
  return [
    describeFinding({ area, level: 'ok', said: ['hooks.ok', { at: isoTime(taken.at), count: taken.count }] }, time),
  ];
}
