/**
 * The part of the doctor that looks after orders that shops tell: when the last signed webhook was taken, what was wrong with those that weren't,
 * and whether the shop could be asked. Pure.
 */
import type { Connection, Site } from '../../configuration/sites.ts';
import { days } from '../../lib/duration.ts';
import { countOf } from '../../lib/text/count.ts';
import { type HookHealth, hookTrouble } from '../../model/shop/hook-health.ts';
import { HOOK_FAULTS, hookFact, type HookFault, type SiteFact } from '../../model/site-fact.ts';
import type { Checkpoint, SyncRow } from '../../store/sync-store.ts';
import type { Finding } from './finding.ts';

/** What a fault means, and its fix. */
const MEANING: Readonly<Record<HookFault, readonly [what: string, fix: string]>> = {
  signature: [
    'the signature does not match',
    'Compare the secret at the shop with the one of the connection. If they are the same, something on the way changes the body; or somebody else posts to the address.',
  ],
  stale: [
    'its time is too old',
    'Look at the clocks of this machine and of the shop, and whether a proxy holds requests back.',
  ],
  encoding: ['it is compressed', 'Switch off what compresses requests on the way: the shop signs plain bytes.'],
  broken: [
    'the shop could not say what it wanted to say',
    'Save the webhook again at the shop, as a user who may see orders; the log of the collector has its words.',
  ],
};

export function hookFindings(given: {
  sites: readonly Pick<Site, 'config' | 'connections'>[];
  facts: readonly SiteFact[];
  /** How asking the shops went. */
  syncs: readonly (Pick<SyncRow, 'site' | 'connection' | 'state' | 'reason' | 'succeededAt'> & {
    checkpoint: Pick<Checkpoint, 'hooks' | 'problems'>;
  })[];
  now: number;
  time: (at: number) => string;
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
  { id, source, settings }: Connection,
  row: (Pick<SyncRow, 'state' | 'reason' | 'succeededAt'> & { checkpoint: Pick<Checkpoint, 'problems'> }) | undefined,
  time: (at: number) => string,
): Finding[] {
  const area = `orders of ${id}`;
  const unable = source?.catchUp?.unable(settings);
  if (!source?.catchUp) return [];
  if (unable !== undefined)
    return [{ ...{ area, level: 'warn', message: unable }, fix: 'Give the connection the keys of the API.' }];
  if (row?.state === 'failed')
    return [
      {
        ...{
          area,
          level: 'fail',
          message: `${source.title} could not be asked${source.webhook?.kind === 'signed' ? ' what the webhooks missed' : ' for its orders'}: ${row.reason}`,
        },
        fix: `Mend it, then: clickthread sync ${id}`,
      },
    ];
  if (row?.succeededAt == null) return [];
  const unclear = (row.checkpoint.problems ?? []).map((message): Finding => ({
    ...{ area, level: 'warn', message },
    fix: 'Settle it at the shop. It is said for as long as the shop says no more.',
  }));
  return [{ area, level: 'ok', message: `${source.title} was asked ${time(row.succeededAt)}` }, ...unclear];
}

/** How long it is said that something was switched off and is on again. */
const NEWS = days(1);

/** The shop's own word on what it posts. */
function standingOf(
  { id, source }: Connection,
  health: HookHealth | undefined,
  { now, time }: { now: number; time: (at: number) => string },
): Finding[] {
  if (!health || !source || health.known.length === 0) return [];
  const area = `webhooks of ${id} at the shop`;
  const trouble = hookTrouble(health, source.title);
  if (trouble !== undefined) {
    const again = source.webhook?.hooks ? `clickthread connection hook ${id} --register` : `clickthread sync ${id}`;
    return [{ area, level: 'fail', message: trouble, fix: `Mend it there, or after that: ${again}` }];
  }
  const { paused, problem, restored } = health;
  return [
    ...(paused.length > 0
      ? [
          {
            ...{ area, level: 'warn' as const, message: `paused by somebody: ${paused.join(', ')}` },
            fix: 'Make them active at the shop; or pause the connection, too.',
          },
        ]
      : []),
    ...(problem === ''
      ? []
      : [{ area, level: 'warn' as const, message: `Whether they are on is not known: ${problem}` }]),
    ...(restored && now - restored.at < NEWS
      ? [
          {
            ...{ area, level: 'warn' as const },
            message: `switched off by the shop, and on again ${time(restored.at)}: ${restored.triggers.join(', ')} (${countOf(restored.times, 'time')} so far)`,
            fix: 'It gives them up where they are not answered: look whether the collector was away, or refused them.',
          },
        ]
      : []),
  ];
}

function findingsOf({ id, source }: Connection, own: readonly SiteFact[], time: (at: number) => string): Finding[] {
  const area = `webhooks of ${id}`;
  const factOf = (fault?: HookFault): SiteFact | undefined => own.find(({ name }) => name === hookFact(id, fault));
  const taken = factOf();
  const refused = HOOK_FAULTS.flatMap((fault): Finding[] => {
    const fact = factOf(fault);
    // What came right again since is mended.
    if (!fact || (taken && taken.at > fact.at)) return [];
    const [what, fix] = MEANING[fault];
    const message = `refused ${time(fact.at)}: ${what} (${countOf(fact.count, 'time')} so far)`;
    return [{ ...{ area, level: 'fail', message, fix } }];
  });
  if (refused.length > 0) return refused;
  if (!taken)
    return [
      {
        ...{ area, level: 'warn', message: `${source!.title} has not posted yet.` },
        fix: `Set it up: clickthread connection hook ${id}`,
      },
    ];
  return [{ area, level: 'ok', message: `last one taken ${time(taken.at)}, ${taken.count} so far` }];
}
