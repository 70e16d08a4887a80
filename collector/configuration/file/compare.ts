/** What a new configuration changes of the one in force: shown before it is applied, and told afterwards. Secrets are only named. Pure. */
import type { Setting, Settings, SettingValue } from '../../kit/setting.ts';
import { formatDuration } from '../../lib/duration.ts';
import type { ConnectionRow, SiteRow } from '../../store/configuration-store.ts';

export interface FieldChange {
  /** `consent`, `attribution.window`, `settings.url`. */
  field: string;
  /** In words; null where there was or will be nothing. A secret is never shown. */
  from: string | null;
  to: string | null;
}

/** `left_out`: the file does not name it, and it stays. */
export interface ConnectionChange {
  id: string;
  type: string;
  change: 'new' | 'changed' | 'same' | 'removed' | 'left_out';
  fields: FieldChange[];
}

export interface SiteChange {
  id: string;
  change: 'new' | 'changed' | 'same';
  fields: FieldChange[];
  connections: ConnectionChange[];
}

/** A connection as it is compared: its row, and its settings opened. */
export interface OpenedRow {
  row: ConnectionRow;
  settings: Settings;
  definition: { settings: Record<string, Setting> } | undefined;
}

const SECRET = 'a secret';

export function compareSite(given: {
  before: SiteRow | undefined;
  after: SiteRow;
  connections: readonly { before: OpenedRow | undefined; after: OpenedRow | undefined; stays: boolean }[];
}): SiteChange {
  const { before, after, connections } = given;
  const fields = before ? compareFields(flatten(JSON.parse(before.config)), flatten(JSON.parse(after.config))) : [];
  const judged = before && fields.length === 0 ? 'same' : 'changed';
  return {
    id: after.id,
    change: before ? judged : 'new',
    fields,
    connections: connections.flatMap((one) => compareConnection(one) ?? []),
  };
}

function compareConnection(one: {
  before: OpenedRow | undefined;
  after: OpenedRow | undefined;
  stays: boolean;
}): ConnectionChange | undefined {
  const { before, after, stays } = one;
  const shown = after ?? before;
  if (!shown) return undefined;
  const { id, type } = shown.row;
  if (!after) return { id, type, change: stays ? 'left_out' : 'removed', fields: [] };
  if (!before) return { id, type, change: 'new', fields: [] };
  const fields = compareFields(fieldsOf(before, after), fieldsOf(after, before));
  return { id, type, change: fields.length === 0 ? 'same' : 'changed', fields };
}

type Flat = Map<string, { shown: string; whole: string }>;

function fieldsOf({ row, settings, definition }: OpenedRow, other: OpenedRow): Flat {
  const flat = flatten({ type: row.type, ...(JSON.parse(row.config) as object) });
  flat.delete('id');
  for (const [name, value] of Object.entries(settings)) {
    // A setting that either version calls secret is shown by neither.
    const isSecret = [definition, other.definition].some((one) => one === undefined || one.settings[name]?.secret);
    flat.set(`settings.${name}`, { shown: isSecret ? SECRET : inWords(value), whole: JSON.stringify(value) });
  }
  return flat;
}

const inWords = (value: SettingValue | undefined): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);

/** What the file gives as `30d` is stored as milliseconds. */
const DURATION = /(^|\.)(window|touches|personal|contacts|deadline|earliest|timeout)$/;

function flatten(value: unknown, path = ''): Flat {
  const flat: Flat = new Map();
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value))
      for (const [name, entry] of flatten(inner, path === '' ? key : `${path}.${key}`)) flat.set(name, entry);
    return flat;
  }
  if (value === undefined) return flat;
  const isDuration = typeof value === 'number' && DURATION.test(path);
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  flat.set(path, { shown: isDuration ? formatDuration(value) : shown, whole: JSON.stringify(value) });
  return flat;
}

function compareFields(before: Flat, after: Flat): FieldChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((field): FieldChange[] => {
    const from = before.get(field);
    const to = after.get(field);
    return from?.whole === to?.whole ? [] : [{ field, from: from?.shown ?? null, to: to?.shown ?? null }];
  });
}
