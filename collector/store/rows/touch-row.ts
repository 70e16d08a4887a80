/** A touch as every engine keeps it. */
import type { Touch } from '../../model/touch.ts';

export interface TouchRow {
  site: string;
  visitor: string;
  at: number;
  param: string;
  value: string;
  id: string;
  kind: Touch['kind'];
  url: string | null;
  referrer: string | null;
  extra: string | null;
  consent: string | null;
  hint: string | null;
}

export function touchFromRow(row: TouchRow): Touch {
  return {
    id: row.id,
    visitor: row.visitor,
    ...(row.hint === null ? {} : { hint: row.hint }),
    param: row.param,
    value: row.value,
    kind: row.kind,
    at: row.at,
    ...(row.url === null ? {} : { url: row.url }),
    ...(row.referrer === null ? {} : { referrer: row.referrer }),
    ...(row.extra === null ? {} : { extra: JSON.parse(row.extra) as Record<string, string> }),
    ...(row.consent === null ? {} : { consent: JSON.parse(row.consent) as NonNullable<Touch['consent']> }),
  };
}
