/** Which texts of a row name a person, for every engine. Pure. */
import type { Subject } from '../../model/upkeep/subject.ts';

/** Those texts, without the person. */
export function namedTexts(
  row: Readonly<Record<string, unknown>>,
  columns: readonly string[],
  hide: Subject['hide'],
): [column: string, text: string][] {
  return columns.flatMap((column): [string, string][] => {
    const text = row[column];
    if (typeof text !== 'string') return [];
    const shown = hide(text);
    return shown === text ? [] : [[column, shown]];
  });
}
