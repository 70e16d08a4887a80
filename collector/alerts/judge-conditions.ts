/** What becomes of known alerts when one has looked again. Pure: an alert is raised at once, and over only when its condition has been away for a while. */
import { days, hours, minutes } from '../lib/duration.ts';
import type { Alert, AlertKind, Condition } from '../model/alerts/alert.ts';

/** A condition must have been away for so long, and twice as long for each time that it came back lately. */
const CALM = minutes(1);
const LONGEST_CALM = hours(1);
/** What comes back within this time is the same trouble. */
const SAME_TROUBLE = days(1);

export interface JudgedAlerts {
  /** Alerts that changed. */
  put: Alert[];
  /** Those of them that are over now. */
  over: Alert[];
  /** All that hold now, whether changed or not. */
  open: Alert[];
  /** Keys of those that cleared long ago. */
  forget: string[];
}

export function judgeConditions(given: {
  conditions: readonly Condition[];
  known: readonly Alert[];
  /** Kinds that could not be looked at this time: theirs stay as they are. */
  unsure: ReadonlySet<AlertKind>;
  now: number;
}): JudgedAlerts {
  const { conditions, known, unsure, now } = given;
  const before = new Map(known.map((alert) => [alert.key, alert]));
  const present = conditions.map((condition) => stillThere(condition, before.get(condition.key), now));
  const keys = new Set(conditions.map(({ key }) => key));
  const away = known.filter(({ key, clearedAt, kind }) => !keys.has(key) && clearedAt === null && !unsure.has(kind));
  const calmer = away.map((alert) => stillAway(alert, now));
  const unexamined = known.filter(
    ({ key, clearedAt, kind }) => !keys.has(key) && clearedAt === null && unsure.has(kind),
  );
  const over = calmer.filter(({ clearedAt }) => clearedAt !== null);
  return {
    put: [...present, ...calmer].filter((alert) => hasChanged(alert, before.get(alert.key))),
    over,
    open: [...present, ...calmer.filter(({ clearedAt }) => clearedAt === null), ...unexamined],
    forget: known
      .filter(({ clearedAt, key }) => clearedAt !== null && !keys.has(key) && now - clearedAt > SAME_TROUBLE)
      .map(({ key }) => key),
  };
}

function stillThere(condition: Condition, before: Alert | undefined, now: number): Alert {
  if (!before) return { ...condition, raisedAt: now, absentSince: null, clearedAt: null, returns: 0 };
  const { raisedAt, clearedAt, returns } = before;
  if (clearedAt === null) return { ...condition, raisedAt, absentSince: null, clearedAt: null, returns };
  const isSame = now - clearedAt <= SAME_TROUBLE;
  return { ...condition, raisedAt: now, absentSince: null, clearedAt: null, returns: isSame ? returns + 1 : 0 };
}

function stillAway(alert: Alert, now: number): Alert {
  // A clock that was set back must not make it wait for what never comes.
  const absentSince = Math.min(alert.absentSince ?? now, now);
  const calm = Math.min(LONGEST_CALM, CALM * 2 ** Math.min(alert.returns, 20));
  return { ...alert, absentSince, clearedAt: now - absentSince >= calm ? now : null };
}

const hasChanged = (alert: Alert, before: Alert | undefined): boolean =>
  before === undefined || JSON.stringify(pick(alert)) !== JSON.stringify(pick(before));

/** What to do about it may hold figures that change at every look: it is written down with the rest. */
const pick = ({ title, over, raisedAt, absentSince, clearedAt, returns }: Alert): unknown[] => [
  ...[title, over, raisedAt],
  ...[absentSince, clearedAt, returns],
];
