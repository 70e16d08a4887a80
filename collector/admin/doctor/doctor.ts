/** Examines an installation: each finding is ok, a warning or a failure, with the fix. Asked by `clickthread doctor` and by the admin API's status. */
import type { AlertChannel } from '../../configuration/alerts/channels.ts';
import type { Connection, Site, Sites } from '../../configuration/sites.ts';
import { testConnection } from '../../configuration/test-connection.ts';
import { days, formatDuration, hours, minutes } from '../../lib/duration.ts';
import { shareOfBudget, type RequestLimits } from '../../lib/limits/request-limits.ts';
import type { Breaker, DeliveryState } from '../../model/delivery.ts';
import type { Sender } from '../../outbound/send.ts';
import { MOST_LAG } from '../../privacy/keep-agreed-time.ts';
import type { Store } from '../../store/store.ts';
import type { SyncStore } from '../../store/sync-store.ts';
import type { Usage } from '../../store/usage-store.ts';
import { consentFindings } from './consent.ts';
import { describeFinding, type Finding, isoTime, type WriteTime } from './finding.ts';
import { alertFindings } from './alerts.ts';
import { hookFindings } from './hooks.ts';
import { NEWEST_ORDERS, orderFindings } from './orders.ts';
import { siteFindings } from './sites.ts';

export interface DoctorDeps {
  store: Pick<
    Store,
    | 'breakers'
    | 'deliveryCounts'
    | 'findOrders'
    | 'quarantineCounts'
    | 'deliveries'
    | 'agreedTime'
    | 'usage'
    | 'siteFacts'
    | 'refusedPages'
    | 'orderCounts'
    | 'alerts'
    | 'troubledAlertMessages'
  > &
    Pick<SyncStore, 'syncs'>;
  sites: Sites;
  /** Where alerts go. */
  channels: readonly AlertChannel[];
  /** Connections are tested only where a sender is given. */
  send?: Sender['send'];
  allowPrivate: boolean;
  limits: RequestLimits;
  now: number;
  /** How times are written; ISO in UTC unless given. */
  time?: WriteTime;
}

/** A vendor refuses signatures and times that are further off than this. */
const MOST_SKEW = minutes(2);
/** A message that was given up longer ago is no news. */
const LATE_NEWS = days(7);
/** A waiting delivery that is older than this hardly leaves by itself. */
const LONG_WAIT = days(2);

export async function examineInstallation(deps: DoctorDeps): Promise<Finding[]> {
  const { store, sites, now } = deps;
  const all = [...sites.byId.values()];
  const counts = await store.deliveryCounts();
  const [newest] = await store.deliveries({ limit: 1 });
  const refused = await store.quarantineCounts();
  const time = deps.time ?? isoTime;
  const alive = { facts: await store.siteFacts(), refused: await store.refusedPages() };
  const { findings: tested, skew } = await testAll(all, deps);
  return [
    sitesFinding(all),
    ...siteFindings({ sites: all, ...alive, time, now }),
    ...orderFindings({
      sites: all,
      newest: new Map(
        await Promise.all(
          all.map(
            async ({ config: { id } }) => [id, await store.findOrders({ site: id, limit: NEWEST_ORDERS })] as const,
          ),
        ),
      ),
      tagged: new Set(alive.facts.filter(({ name }) => name === 'tag').map(({ site }) => site)),
    }),
    ...hookFindings({ sites: all, facts: alive.facts, syncs: await store.syncs(), time, now }),
    ...consentFindings({ sites: all, counts: await store.orderCounts() }),
    clockFinding({ newest: newest?.createdAt, skew, now, time }),
    ...agreedFindings(await store.agreedTime(), now, time),
    ...usageFindings(await store.usage(Math.floor(now / days(1))), deps.limits),
    ...tested,
    ...alertFindings({
      ...{ channels: deps.channels, time, troubled: await store.troubledAlertMessages(now - LATE_NEWS) },
      open: (await store.alerts()).filter(({ clearedAt }) => clearedAt === null),
    }),
    ...(await store.breakers()).map((breaker) => breakerFinding(breaker, time)),
    ...countFindings(counts),
    ...(await longWaiting(deps)),
    ...quarantineFindings(refused),
  ];
}

function quarantineFindings(refused: Awaited<ReturnType<Store['quarantineCounts']>>): Finding[] {
  const area = 'quarantine';
  if (refused.length === 0) return [describeFinding({ area, level: 'ok', said: 'quarantine.none' })];
  return refused.map(({ site, count }) =>
    describeFinding({ area, level: 'warn', said: ['quarantine.some', { site, count }], mend: 'quarantine.some' }),
  );
}

/** After a leap of the clock or a standstill, deletion and deadlines wait until the agreed time has followed, or somebody agrees. */
function agreedFindings(agreed: number | null, now: number, time: WriteTime): Finding[] {
  if (agreed === null || Math.abs(now - agreed) <= MOST_LAG) return [];
  const span = formatDuration(Math.round(Math.abs(now - agreed) / hours(1)) * hours(1));
  const code = now > agreed ? 'time.behind' : 'time.ahead';
  return [
    describeFinding(
      { area: 'agreed time', level: 'warn', said: [code, { at: isoTime(agreed), span }], mend: 'time.agree' },
      time,
    ),
  ];
}

/** From this share of a day's budget on it is said. */
const NEARLY = 0.8;

function usageFindings(used: readonly Usage[], limits: RequestLimits): Finding[] {
  return used.flatMap((usage): Finding[] => {
    const { site } = usage;
    const share = shareOfBudget(usage, limits);
    if (share < NEARLY) return [];
    const area = 'limits';
    const isSpent = share >= 1;
    return [
      describeFinding({
        ...{ area, level: isSpent ? 'fail' : 'warn', mend: 'limits.spent' },
        said: isSpent ? ['limits.spent', { site }] : ['limits.nearly', { site, percent: Math.floor(share * 100) }],
      }),
    ];
  });
}

function sitesFinding(all: readonly Site[]): Finding {
  const area = 'sites';
  if (all.length === 0) return describeFinding({ area, level: 'warn', said: 'sites.none', mend: 'sites.none' });
  const names = all.map(({ config }) => config.id).join(', ');
  return describeFinding({ area, level: 'ok', said: ['sites.ok', { names }] });
}

/** `skew` is how far the vendors' clocks are ahead of ours, each as its Date header says. */
function clockFinding(given: { newest: number | undefined; skew: number[]; now: number; time: WriteTime }): Finding {
  const { newest, skew, now, time } = given;
  const area = 'clock';
  const wrong = { area, level: 'fail', mend: 'clock.set' } as const;
  if (newest !== undefined && newest > now + MOST_SKEW)
    return describeFinding({ ...wrong, said: ['clock.future', { at: isoTime(newest) }] }, time);
  // One vendor may be wrong; the middle one is not.
  const middle = skew.toSorted((a, b) => a - b)[Math.floor(skew.length / 2)];
  if (middle === undefined) return describeFinding({ area, level: 'ok', said: 'clock.ok' });
  const seconds = Math.round(Math.abs(middle) / 1000);
  if (Math.abs(middle) <= MOST_SKEW) return describeFinding({ area, level: 'ok', said: ['clock.within', { seconds }] });
  return describeFinding({ ...wrong, said: [middle > 0 ? 'clock.behind' : 'clock.ahead', { seconds }] });
}

async function testAll(all: readonly Site[], deps: DoctorDeps): Promise<{ findings: Finding[]; skew: number[] }> {
  const findings: Finding[] = [];
  const skew: number[] = [];
  for (const connection of all.flatMap(({ connections }) => connections)) {
    const area = `connection ${connection.site}/${connection.id}`;
    if (!connection.enabled) {
      const mend = ['connection.paused', { connection: connection.id }] as const;
      findings.push(describeFinding({ area, level: 'warn', said: 'connection.paused', mend }));
    } else if (deps.send) {
      const { finding, ahead } = await testOne(area, connection, { ...deps, send: deps.send });
      findings.push(finding);
      if (ahead !== null) skew.push(ahead);
    }
  }
  return { findings, skew };
}

async function testOne(
  area: string,
  connection: Connection,
  deps: { send: Sender['send']; allowPrivate: boolean; now: number },
): Promise<{ finding: Finding; ahead: number | null }> {
  const { ok, stages, skew } = await testConnection(connection, deps);
  const last = stages.at(-1)!;
  if (ok)
    return { finding: describeFinding({ area, level: 'ok', said: ['said', { said: last.message }] }), ahead: skew };
  const finding = describeFinding({
    ...{ area, level: 'fail', mend: ['connection.test', { connection: connection.id }] },
    said: ['said.titled', { title: last.title, said: last.message }],
  });
  return { finding, ahead: skew };
}

function breakerFinding({ site, connection, kind, reason, openedAt, probeAt }: Breaker, time: WriteTime): Finding {
  const area = `connection ${site}/${connection}`;
  const values = { since: isoTime(openedAt), said: reason };
  if (kind === 'outage') {
    const mend = ['connection.outage', { until: isoTime(probeAt) }] as const;
    return describeFinding({ area, level: 'warn', said: ['connection.outage', values], mend }, time);
  }
  return describeFinding(
    { area, level: 'fail', said: ['connection.held', values], mend: ['connection.held', { connection }] },
    time,
  );
}

const TROUBLE: Partial<Record<DeliveryState, 'reports.held' | 'reports.byHand' | 'reports.rejected'>> = {
  held: 'reports.held',
  by_hand: 'reports.byHand',
  rejected: 'reports.rejected',
};

function countFindings(counts: Awaited<ReturnType<Store['deliveryCounts']>>): Finding[] {
  const troubled = counts.flatMap(({ site, connection, state, count }): Finding[] => {
    const code = TROUBLE[state];
    const area = `connection ${site}/${connection}`;
    return code === undefined ? [] : [describeFinding({ area, level: 'warn', said: [code, { count }], mend: code })];
  });
  if (troubled.length > 0) return troubled;
  return [describeFinding({ area: 'deliveries', level: 'ok', said: 'reports.none' })];
}

async function longWaiting({ store, now }: DoctorDeps): Promise<Finding[]> {
  const due = (await store.deliveries({ states: ['due', 'sending'], limit: 10_000 })).filter(
    // What a browser must fire has no next time: it waits for the shopper, not for us.
    ({ createdAt, nextAt }) => nextAt !== null && createdAt < now - LONG_WAIT,
  );
  if (due.length === 0) return [];
  const said = ['reports.late', { count: due.length }] as const;
  return [describeFinding({ area: 'deliveries', level: 'warn', said, mend: 'reports.late' })];
}
