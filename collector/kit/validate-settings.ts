/** Settings as data: checks what a person configured against a definition, and says every problem at once. */
import type { Problem } from '../../wire/problem.ts';
import { nearestWord } from '../lib/nearest.ts';
import { readSetting } from './setting-value.ts';
import type { Setting, Settings, SettingValue } from './setting.ts';

/** What a destination or source says about its settings. */
export interface SettingsDefinition {
  title: string;
  settings: Record<string, Setting>;
  check?: (settings: Settings) => Problem[];
}

/** Stands in the place of a secret wherever settings are shown. */
export const MASK = '••••••••';

/** Defaults filled in, every problem named by its setting. `settings` holds what was usable even where there are problems. */
export function validateSettings(
  definition: SettingsDefinition,
  raw: unknown,
): { settings: Settings; problems: Problem[] } {
  const settings: Settings = {};
  const given = asObject(raw);
  if (given === undefined) return { settings, problems: [{ field: 'settings', message: 'must be a map of settings' }] };
  const problems: Problem[] = Object.keys(given)
    .filter((name) => !Object.hasOwn(definition.settings, name))
    .map((name) => ({ field: name, message: unknownName(name, definition) }));
  for (const [name, setting] of Object.entries(definition.settings)) {
    const value = isUnset(given[name]) ? setting.default : given[name];
    if (value === undefined) {
      if (setting.required) problems.push({ field: name, message: missing(setting) });
      continue;
    }
    const read = readSetting(setting, value, MASK);
    if ('problems' in read) problems.push(...read.problems.map((problem) => within(name, problem)));
    if ('value' in read) settings[name] = read.value;
  }
  // A check may rely on every single setting being right.
  if (problems.length === 0) problems.push(...(definition.check?.(settings) ?? []));
  return { settings, problems };
}

/** The settings as they may be shown: every secret's value replaced by {@link MASK}, the names inside a map kept. */
export function publicSettings(definition: Pick<SettingsDefinition, 'settings'>, settings: Settings): Settings {
  const shown: Settings = {};
  for (const [name, value] of Object.entries(settings)) {
    if (value === undefined) continue;
    // A name that the definition doesn't know (an older version's) could be anything, so it is masked too.
    const secret = definition.settings[name]?.secret ?? !Object.hasOwn(definition.settings, name);
    shown[name] = secret ? masked(value) : value;
  }
  return shown;
}

/** Values that must appear nowhere: what `redact.ts` takes out of an exchange. */
export function secretsOf(definition: Pick<SettingsDefinition, 'settings'>, settings: Settings): string[] {
  return Object.entries(settings)
    .filter(([name]) => definition.settings[name]?.secret === true)
    .flatMap(([, value]) => flat(value))
    .filter((value) => value !== '');
}

function masked(value: SettingValue): SettingValue {
  if (Array.isArray(value)) return value.map(() => MASK);
  if (typeof value === 'object') return Object.fromEntries(Object.keys(value).map((key) => [key, MASK]));
  return MASK;
}

function flat(value: SettingValue | undefined): string[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  return typeof value === 'object' ? Object.values(value) : [String(value)];
}

const asObject = (raw: unknown): Record<string, unknown> | undefined => {
  if (raw === undefined || raw === null) return {};
  return typeof raw === 'object' && !Array.isArray(raw) ? (raw as Record<string, unknown>) : undefined;
};

const isUnset = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

const missing = (setting: Setting): string => `is required${setting.help === undefined ? '' : ` (${setting.help})`}`;

const within = (name: string, problem: Problem): Problem => ({
  field: problem.field === '' ? name : `${name}.${problem.field}`,
  message: problem.message,
});

function unknownName(name: string, definition: SettingsDefinition): string {
  const names = Object.keys(definition.settings);
  const nearest = nearestWord(name, names);
  if (nearest !== undefined) return `is not a setting of ${definition.title}; did you mean ${nearest}?`;
  return `is not a setting of ${definition.title}; it has ${names.join(', ')}`;
}
