/** What a shop's words for an order's state mean: the shop system's own, then the owner's `statusMap`. Pure. */
import type { Problem } from '../../wire/problem.ts';
import { isObject } from '../kit/json.ts';
import type { Settings } from '../kit/setting.ts';
import type { StatusMap, StatusMeaning } from '../kit/source.ts';

const MEANINGS: readonly StatusMeaning[] = ['approved', 'pending', 'cancelled', 'refunded', 'ignore'];

/** The setting by which an owner corrects the meanings. */
export const statusMapSetting = (help: string) => ({ label: 'Statuses', help, kind: 'map' }) as const;

/** The owner's part of the map. */
export function ownStatuses({ statusMap }: Settings): StatusMap {
  return isObject(statusMap) ? (statusMap as StatusMap) : {};
}

/** What is wrong with the owner's part; `names` is how this shop system spells a status. */
export function ownStatusProblems(settings: Settings, names: { pattern: RegExp; rule: string }): Problem[] {
  return Object.entries(ownStatuses(settings)).flatMap(([status, meaning]) => {
    const field = `statusMap.${status}`;
    if (!names.pattern.test(status)) return { field, message: names.rule };
    if (!MEANINGS.includes(meaning)) return { field, message: `must be one of ${MEANINGS.join(', ')}` };
    return [];
  });
}
