/** Examines an installation: each finding is ok, a warning or a failure, with the fix. Asked by `clickthread doctor` and by the admin API's status. */
import type { AlertChannel } from '../../configuration/alerts/channels.ts';
import type { Connection, Site, Sites } from '../../configuration/sites.ts';
import { testConnection } from '../../configuration/test-connection.ts';
import { countOf } from '../../lib/text/count.ts';
import { days, formatDuration, hours, minutes } from '../../lib/duration.ts';
import { shareOfBudget, type RequestLimits } from '../../lib/limits/request-limits.ts';
import type { Breaker, DeliveryState } from '../../model/delivery.ts';
import type { Sender } from '../../outbound/send.ts';
import { MOST_LAG } from '../../privacy/keep-agreed-time.ts';
import type { Store } from '../../store/store.ts';
import type { SyncStore } from '../../store/sync-store.ts';
import type { Usage } from '../../store/usage-store.ts';
import { consentFindings } from './consent.ts';
import type { Finding } from './finding.ts';
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
  time?: (at: number) => string;
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
  const time = deps.time ?? ((at: number): string => new Date(at).toISOString());
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
    clockFinding({ newest: newest?.createdAt, skew, now }),
    ...agreedFindings(await store.agreedTime(), now),
    ...usageFindings(await store.usage(Math.floor(now / days(1))), deps.limits),
    ...tested,
    ...alertFindings({
      ...{ channels: deps.channels, time, troubled: await store.troubledAlertMessages(now - LATE_NEWS) },
      open: (await store.alerts()).filter(({ clearedAt }) => clearedAt === null),
    }),
    ...(await store.breakers()).map(breakerFinding),
    ...countFindings(counts),
    ...(await longWaiting(deps)),
    ...refused.map(({ site, count }): Finding => ({
      area: 'quarantine',
      level: 'warn',
      message: `${countOf(count, 'refused order')} of ${site}`,
      fix: 'Look at them with "clickthread quarantine", mend the cause, then "clickthread quarantine replay".',
    })),
    ...(refused.length === 0 ? [{ area: 'quarantine', level: 'ok' as const, message: 'No order was refused.' }] : []),
  ];
}

/** After a leap of the clock or a standstill, deletion and deadlines wait until the agreed time has followed, or somebody agrees. */
function agreedFindings(agreed: number | null, now: number): Finding[] {
  if (agreed === null || Math.abs(now - agreed) <= MOST_LAG) return [];
  const off = formatDuration(Math.round(Math.abs(now - agreed) / hours(1)) * hours(1));
  return [
    {
      area: 'agreed time',
      level: 'warn',
      message: `Deletion and deadlines go by ${new Date(agreed).toISOString()}, ${off} ${now > agreed ? 'behind' : 'ahead of'} this clock: the collector stood still, or the clock has leapt. Sending goes on.`,
      fix: 'If the clock is right: clickthread doctor --agree-time. Else set the clock; nothing was deleted or given up.',
    },
  ];
}

/** From this share of a day's budget on it is said. */
const NEARLY = 0.8;

function usageFindings(used: readonly Usage[], limits: RequestLimits): Finding[] {
  return used.flatMap((usage): Finding[] => {
    const { site } = usage;
    const share = shareOfBudget(usage, limits);
    if (share < NEARLY) return [];
    const fix =
      'Look who sends so much; if it is right, raise bytes and rows in CLICKTHREAD_LIMITS. It begins anew at midnight UTC.';
    const message =
      share < 1
        ? `Site ${site} has used ${Math.floor(share * 100)} % of what it may store today.`
        : `Site ${site} has used up what it may store today: touches are refused; orders still have half as much again.`;
    return [{ area: 'limits', level: share < 1 ? 'warn' : 'fail', message, fix }];
  });
}

function sitesFinding(all: readonly Site[]): Finding {
  if (all.length === 0)
    return {
      area: 'sites',
      level: 'warn',
      message: 'No site is configured.',
      fix: 'Make one with "clickthread init" or "clickthread apply FILE".',
    };
  return { area: 'sites', level: 'ok', message: all.map(({ config }) => config.id).join(', ') };
}

/** `skew` is how far the vendors' clocks are ahead of ours, each as its Date header says. */
function clockFinding({ newest, skew, now }: { newest: number | undefined; skew: number[]; now: number }): Finding {
  const area = 'clock';
  const fix = 'Set the clock of this machine (NTP): networks judge conversions by their time.';
  if (newest !== undefined && newest > now + MOST_SKEW)
    return {
      area,
      level: 'fail',
      message: `The newest delivery is of ${new Date(newest).toISOString()}, which has not come yet.`,
      fix,
    };
  // One vendor may be wrong; the middle one is not.
  const middle = skew.toSorted((a, b) => a - b)[Math.floor(skew.length / 2)];
  if (middle === undefined) return { area, level: 'ok', message: 'Nothing contradicts it.' };
  const seconds = Math.round(Math.abs(middle) / 1000);
  if (Math.abs(middle) > MOST_SKEW)
    return {
      area,
      level: 'fail',
      message: `It is ${seconds} s ${middle > 0 ? 'behind' : 'ahead of'} the vendors' clocks.`,
      fix,
    };
  return { area, level: 'ok', message: `Within ${seconds} s of the vendors' clocks.` };
}

async function testAll(all: readonly Site[], deps: DoctorDeps): Promise<{ findings: Finding[]; skew: number[] }> {
  const findings: Finding[] = [];
  const skew: number[] = [];
  for (const connection of all.flatMap(({ connections }) => connections)) {
    const area = `connection ${connection.site}/${connection.id}`;
    if (!connection.enabled) {
      const fix = `Switch it on with: clickthread connection resume ${connection.id}`;
      findings.push({ area, level: 'warn', message: 'It is paused by hand: what it would be told waits.', fix });
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
  if (ok) return { finding: { area, level: 'ok', message: last.message }, ahead: skew };
  const fix = `Mend it, then: clickthread connection test ${connection.id}`;
  return { finding: { area, level: 'fail', message: `${last.title}: ${last.message}`, fix }, ahead: skew };
}

function breakerFinding({ site, connection, kind, reason, openedAt, probeAt }: Breaker): Finding {
  const area = `connection ${site}/${connection}`;
  const since = new Date(openedAt).toISOString();
  if (kind === 'outage')
    return {
      area,
      level: 'warn',
      message: `Down since ${since}: ${reason}`,
      fix: `Nothing is lost; it is tried again at ${new Date(probeAt).toISOString()}.`,
    };
  const fix = `Mend the settings, then: clickthread connection resume ${connection} && clickthread replay --connection ${connection}`;
  return { area, level: 'fail', message: `Held since ${since}: ${reason}`, fix };
}

const TROUBLE_WORDS: Partial<Record<DeliveryState, string>> = { by_hand: 'to be done by hand' };

const TROUBLE: Partial<Record<DeliveryState, string>> = {
  held: 'A person must act: mend the settings, then send them with "clickthread replay".',
  by_hand:
    'See them with "clickthread deliveries --status by_hand", do them at the network, and tick them off with "clickthread deliveries done ID".',
  rejected:
    'Look at the reasons with "clickthread deliveries --status rejected"; after a fix send them with "clickthread replay".',
};

function countFindings(counts: Awaited<ReturnType<Store['deliveryCounts']>>): Finding[] {
  const troubled = counts.flatMap(({ site, connection, state, count }): Finding[] => {
    const fix = TROUBLE[state];
    const area = `connection ${site}/${connection}`;
    return fix === undefined
      ? []
      : [{ area, level: 'warn', message: `${countOf(count, 'report')} ${TROUBLE_WORDS[state] ?? state}`, fix }];
  });
  return troubled.length > 0 ? troubled : [{ area: 'deliveries', level: 'ok', message: 'None is held or rejected.' }];
}

async function longWaiting({ store, now }: DoctorDeps): Promise<Finding[]> {
  const due = (await store.deliveries({ states: ['due', 'sending'], limit: 10_000 })).filter(
    // What a browser must fire has no next time: it waits for the shopper, not for us.
    ({ createdAt, nextAt }) => nextAt !== null && createdAt < now - LONG_WAIT,
  );
  if (due.length === 0) return [];
  const message = `${due.length} report${due.length === 1 ? ' has' : 's have'} been trying to leave for more than two days.`;
  return [
    {
      area: 'deliveries',
      level: 'warn',
      message,
      fix: 'Look at the reasons with "clickthread deliveries --status due".',
    },
  ];
}
