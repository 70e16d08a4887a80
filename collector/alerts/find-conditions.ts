/** Looks at an installation for what needs a person: each condition with what to do about it, in words that hold nothing personal. */
import type { Sites } from '../configuration/sites.ts';
import { days, formatDuration, hours, minutes } from '../lib/duration.ts';
import { LITTLE_ROOM } from '../lib/disk.ts';
import { shareOfBudget, type RequestLimits } from '../lib/limits/request-limits.ts';
import { countOf } from '../lib/text/count.ts';
import type { AlertKind, Condition } from '../model/alerts/alert.ts';
import { MOST_LAG } from '../privacy/keep-agreed-time.ts';
import type { Attention } from '../store/alert-store.ts';
import type { Store } from '../store/store.ts';
import type { SyncStore } from '../store/sync-store.ts';
import { findSilence } from './silence.ts';
import { hookConditions } from './webhooks.ts';

export interface LookDeps {
  store: Pick<Store, 'attention' | 'breakers' | 'usage' | 'agreedTime' | 'orderHours' | 'ordersBetween'> &
    Pick<SyncStore, 'syncs'>;
  sites: Sites;
  limits: RequestLimits;
  /** Megabytes that are free where the data lie; undefined where that can't be told. */
  freeMegabytes: () => number | undefined;
  now: number;
}

/** What happened longer ago is no news. */
const NEWS = days(1);
/** A count goes no further: looking must cost the same on the worst day. */
const MOST = 1000;
/** A vendor that is down for less than this often mends itself. */
const OUTAGE = minutes(15);
/** From this share of a day's budget on it is said. */
const NEARLY = 0.8;

export async function findConditions(deps: LookDeps): Promise<{ conditions: Condition[]; unsure: Set<AlertKind> }> {
  const { store, sites, now } = deps;
  const known = [...sites.byId.keys()];
  const attention = await store.attention({ sites: known, since: now - NEWS, most: MOST });
  const agreed = await store.agreedTime();
  const leapt = agreed !== null && Math.abs(now - agreed) > MOST_LAG;
  return {
    conditions: [
      ...(await heldConditions(attention, deps)),
      ...rejectedConditions(attention),
      ...refusedConditions(attention, sites),
      ...contestedConditions(attention),
      ...(leapt ? [clockCondition(now - agreed)] : await silenceConditions(deps)),
      ...hookConditions([...sites.byId.values()], await store.syncs()),
      ...(await budgetConditions(deps)),
      ...diskConditions(deps.freeMegabytes()),
    ],
    // By a clock that has leapt every hour is a silent one.
    unsure: new Set<AlertKind>(leapt ? ['silence'] : []),
  };
}

const amount = (count: number, noun: string): string =>
  count >= MOST ? `${MOST} or more ${noun}s` : countOf(count, noun);

/** Held by its breaker, or with reports that wait for a person's look. One that a person has paused is nothing new to them. */
async function heldConditions({ held }: Attention, { store, sites, now }: LookDeps): Promise<Condition[]> {
  const breakers = await store.breakers();
  return [...sites.byId.values()]
    .flatMap(({ connections }) => connections)
    .filter(({ enabled }) => enabled)
    .flatMap(({ site, id }): Condition[] => {
      const isOwn = (one: { site: string; connection: string }): boolean => one.site === site && one.connection === id;
      const breaker = breakers.find(isOwn);
      const waiting = held.find(isOwn)?.count ?? 0;
      const name = `${id} of ${site}`;
      if (breaker?.kind === 'held' || waiting > 0)
        return [
          {
            ...{ key: `held ${site}/${id}`, kind: 'held', site },
            title: `${name} is held: nothing is sent to it until a person has looked`,
            text: `${waiting === 0 ? 'Its settings or credentials were refused.' : `${amount(waiting, 'report')} waiting.`} The reason: clickthread connection test ${id} --site ${site}, and clickthread deliveries --status held. After mending it: clickthread replay --connection ${id} --site ${site}`,
            over: `${name} is sending again.`,
          },
        ];
      if (breaker?.kind === 'outage' && now - breaker.openedAt >= OUTAGE)
        return [
          {
            ...{ key: `outage ${site}/${id}`, kind: 'outage', site },
            title: `${name} does not answer, or answers with errors`,
            text: `Reports are kept and sent when it answers again; nothing is lost. What it answers: clickthread deliveries --connection ${id} --site ${site}`,
            over: `${name} answers again; what has waited is being sent.`,
          },
        ];
      return [];
    });
}

const rejectedConditions = ({ rejected }: Attention): Condition[] =>
  rejected.map(({ site, connection, count }) => ({
    ...{ key: `rejected ${site}/${connection}`, kind: 'rejected', site },
    title: `${connection} of ${site} refused ${amount(count, 'report')} in the last 24 hours`,
    text: `Why: clickthread deliveries --status rejected --connection ${connection} --site ${site}. After mending it: clickthread replay --connection ${connection} --site ${site}`,
    over: `${connection} of ${site}: no refused report of the last 24 hours is left.`,
  }));

const refusedConditions = ({ refused }: Attention, { byId }: Sites): Condition[] =>
  refused
    .filter(({ site }) => byId.has(site))
    .map(({ site, count }) => ({
      ...{ key: `quarantine ${site}`, kind: 'quarantine', site },
      title: `${amount(count, 'order')} of ${site} ${count === 1 ? 'was' : 'were'} refused in the last 24 hours and ${count === 1 ? 'lies' : 'lie'} in quarantine`,
      text: `What was wrong: clickthread quarantine --site ${site}. After mending it: clickthread quarantine replay --site ${site}`,
      over: `${site}: no order that was refused in the last 24 hours is left in quarantine.`,
    }));

function contestedConditions({ contested }: Attention): Condition[] {
  const sites = [...new Set(contested.map(({ site }) => site))];
  return sites.map((site) => {
    const count = (kind: string): number => contested.find((one) => one.site === site && one.kind === kind)?.count ?? 0;
    const [waiting, told] = [count('hold'), count('alert')];
    const parts = [
      ...(waiting > 0 ? [`${amount(waiting, 'order')} ${waiting === 1 ? 'waits' : 'wait'} for a decision`] : []),
      ...(told > 0 ? [`${amount(told, 'order')} ${told === 1 ? 'was' : 'were'} told on the first claim`] : []),
    ];
    return {
      ...{ key: `contested ${site}`, kind: 'contested', site },
      title: `Several browsers lay claim to orders of ${site}: ${parts.join(', ')}`,
      text: `Which: clickthread orders --contested --site ${site}. Decide with: clickthread contested ORDERID`,
      over: `${site}: no order is contested any more.`,
    };
  });
}

async function silenceConditions({ store, sites, now }: LookDeps): Promise<Condition[]> {
  const found: Condition[] = [];
  for (const site of sites.byId.keys()) {
    const silence = await findSilence({
      span: await store.orderHours(site),
      present: Math.floor(now / hours(1)),
      between: (from, until) => store.ordersBetween(site, from, until),
    });
    if (!silence) continue;
    found.push({
      ...{ key: `silence ${site}`, kind: 'silence', site },
      title: `${site}: no order for ${silence.hours} h; usually ${silence.usual} in this time`,
      text: 'Look whether the shop sells, and whether its pages still carry the tag: clickthread doctor',
      over: `${site}: orders come in again.`,
    });
  }
  return found;
}

async function budgetConditions({ store, sites, limits, now }: LookDeps): Promise<Condition[]> {
  const used = await store.usage(Math.floor(now / days(1)));
  return used.flatMap((usage): Condition[] => {
    const { site } = usage;
    const share = shareOfBudget(usage, limits);
    if (!sites.byId.has(site) || share < NEARLY) return [];
    const text =
      'Look who sends so much: clickthread doctor. If it is right, raise bytes and rows in CLICKTHREAD_LIMITS. The day ends at midnight UTC.';
    const nearly: Condition = {
      ...{ key: `budget ${site}`, kind: 'budget', site },
      title: `${site} has used more than ${NEARLY * 100} % of what it may store today`,
      ...{ text, over: `${site} has a day's room again.` },
    };
    const up: Condition = {
      ...{ key: `budget ${site} used up`, kind: 'budget', site },
      title: `${site} has used up what it may store today: touches are refused; orders still have half as much again`,
      ...{ text, over: `${site} may store again.` },
    };
    return share >= 1 ? [nearly, up] : [nearly];
  });
}

function diskConditions(free: number | undefined): Condition[] {
  if (free === undefined || free >= LITTLE_ROOM) return [];
  return [
    {
      ...{ key: 'disk', kind: 'disk', site: null },
      title: `The disk of the data folder has less than ${LITTLE_ROOM} MB left`,
      text: `${free} MB at this moment. Make room: without it no order can be acknowledged.`,
      over: 'The disk of the data folder has room again.',
    },
  ];
}

function clockCondition(off: number): Condition {
  const distance = formatDuration(Math.round(Math.abs(off) / hours(1)) * hours(1));
  return {
    ...{ key: 'clock', kind: 'clock', site: null },
    title: `The clock is ${distance} ${off > 0 ? 'ahead of' : 'behind'} the agreed time: it has leapt, or the collector stood still`,
    text: 'Sending goes on; nothing is deleted or given up by this clock. If it is right: clickthread doctor --agree-time. Else set it.',
    over: 'Clock and agreed time are together again.',
  };
}
