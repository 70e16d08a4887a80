/** Examines an installation: each finding is ok, a warning or a failure, with the fix. Asked by `clickthread doctor` and by the admin API's status. */
import { days, minutes } from './lib/duration.ts';
import type { Sender } from './send.ts';
import type { Connection, Site, Sites } from './sites.ts';
import type { Breaker, DeliveryState, Store } from './store/store.ts';
import { testConnection } from './test-connection.ts';

export interface Finding {
  /** What was looked at: `data folder`, `connection shop/impact`. */
  area: string;
  level: 'ok' | 'warn' | 'fail';
  message: string;
  /** What to do; absent where all is well. */
  fix?: string;
}

export interface DoctorDeps {
  store: Pick<Store, 'breakers' | 'deliveryCounts' | 'quarantineCounts' | 'deliveries'>;
  sites: Sites;
  /** Connections are tested only where a sender is given. */
  send?: Sender['send'];
  allowPrivate: boolean;
  now: number;
}

/** A vendor refuses signatures and times that are further off than this. */
const MOST_SKEW = minutes(2);
/** A waiting delivery that is older than this hardly leaves by itself. */
const LONG_WAIT = days(2);

export async function examine(deps: DoctorDeps): Promise<Finding[]> {
  const { store, sites, now } = deps;
  const all = [...sites.byId.values()];
  const counts = await store.deliveryCounts();
  const [newest] = await store.deliveries({ limit: 1 });
  const refused = await store.quarantineCounts();
  const { findings: tested, skew } = await testAll(all, deps);
  return [
    sitesFinding(all),
    clockFinding({ newest: newest?.createdAt, skew, now }),
    ...tested,
    ...(await store.breakers()).map(breakerFinding),
    ...countFindings(counts),
    ...(await longWaiting(deps)),
    ...refused.map(({ site, count }): Finding => ({
      area: 'quarantine',
      level: 'warn',
      message: `${count} refused order${count === 1 ? '' : 's'} of ${site}`,
      fix: 'Look at them with "clickthread quarantine", mend the cause, then "clickthread quarantine replay".',
    })),
    ...(refused.length === 0 ? [{ area: 'quarantine', level: 'ok' as const, message: 'No order was refused.' }] : []),
  ];
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
      findings.push({ area, level: 'warn', message: 'It is paused by hand: nothing is told to it.', fix });
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

const TROUBLE: Partial<Record<DeliveryState, string>> = {
  held: 'A person must act: mend the settings, then send them with "clickthread replay".',
  rejected:
    'Look at the reasons with "clickthread deliveries --status rejected"; after a fix send them with "clickthread replay".',
};

function countFindings(counts: Awaited<ReturnType<Store['deliveryCounts']>>): Finding[] {
  const troubled = counts.flatMap(({ site, connection, state, count }): Finding[] => {
    const fix = TROUBLE[state];
    const area = `connection ${site}/${connection}`;
    return fix === undefined
      ? []
      : [{ area, level: 'warn', message: `${count} report${count === 1 ? '' : 's'} ${state}`, fix }];
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
