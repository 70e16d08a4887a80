/** `alerts:` of a configuration file, made into rows: every problem is named, and secrets that are left out stay as they are stored. */
import type { Problem } from '../../../wire/problem.ts';
import { nearestWord } from '../../lib/nearest.ts';
import type { Seal } from '../../lib/seal.ts';
import type { AlertChannelRow } from '../../store/configuration-store.ts';
import { checkConnection } from '../check-connection.ts';
import { problemsOf } from '../file/problem-words.ts';
import { resolveReferences } from '../file/resolve-references.ts';
import { storeSettings } from '../file/store-settings.ts';
import { channelSchema } from './channel-schema.ts';
import { CHANNEL_TYPES, channelTypes, isChannelType } from './channel-types.ts';
import { openSettings } from './channels.ts';

export interface ReadChannels {
  /** What stands under `alerts`; undefined where the file does not speak of them. */
  list: unknown;
  current: readonly AlertChannelRow[];
  /** Ids of the sites that there will be. */
  sites: ReadonlySet<string>;
  env: (name: string) => string | undefined;
  seal: Seal;
  now: number;
  allowPrivate: boolean;
  problems: Problem[];
}

/** Undefined where the file does not speak of alerts. */
export function readChannels(input: ReadChannels): AlertChannelRow[] | undefined {
  const { list, problems } = input;
  if (list === undefined || list === null) return undefined;
  if (!Array.isArray(list)) {
    problems.push({
      field: 'alerts',
      message: 'must be a list of channels, such as [{ id: ops, type: email, settings: … }]',
    });
    return undefined;
  }
  const rows: AlertChannelRow[] = [];
  list.forEach((entry: unknown, position) => {
    const row = readChannel(entry, { ...input, at: `alerts[${position}]`, position });
    if (!row) return;
    if (rows.some(({ id }) => id === row.id))
      return void problems.push({ field: `alerts[${position}].id`, message: `"${row.id}" stands twice` });
    rows.push(row);
  });
  return rows;
}

function readChannel(
  entry: unknown,
  input: ReadChannels & { at: string; position: number },
): AlertChannelRow | undefined {
  const { at, position, current, sites, seal, now, problems } = input;
  const parsed = channelSchema.safeParse(entry);
  if (!parsed.success) {
    problems.push(...problemsOf(parsed.error, { prefix: at, schema: channelSchema }));
    return undefined;
  }
  const { id, type, settings: raw, ...rest } = parsed.data;
  if (!isChannelType(type)) {
    const near = nearestWord(type, CHANNEL_TYPES);
    const words =
      near === undefined
        ? `must be one of ${CHANNEL_TYPES.join(', ')}`
        : `"${type}" is no way to tell; did you mean ${near}?`;
    problems.push({ field: `${at}.type`, message: words });
    return undefined;
  }
  const unknown = (rest.sites ?? []).filter((site) => !sites.has(site));
  if (unknown.length > 0) problems.push({ field: `${at}.sites`, message: `there is no site ${unknown.join(', ')}` });
  const old = current.find((row) => row.id === id);
  const known = old?.type === type ? openSettings(old, seal) : undefined;
  const definition = channelTypes[type];
  const given = resolveReferences(raw, { ...input, at: `${at}.settings`, known });
  const checked = checkConnection(definition, given, { allowPrivate: input.allowPrivate });
  const found = checked.problems.map(({ field, message }) => ({ field: `${at}.settings.${field}`, message }));
  problems.push(...found.filter(({ field }) => !problems.some((one) => one.field === field)));
  const kept = storeSettings({ config: rest, settings: checked.settings, definition, old, known, seal, now });
  return { id, type, position, ...kept };
}
