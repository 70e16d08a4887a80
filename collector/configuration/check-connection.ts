/** A connection's settings checked whole: by the definition, and by the outbound guard for every address among them. */
import type { Problem } from '../../wire/problem.ts';
import type { Settings } from '../kit/setting.ts';
import { type SettingsDefinition, validateSettings } from '../kit/validate-settings.ts';
import { checkAddress, type GuardOptions } from '../outbound/guard.ts';

/** Problems are named by setting; an address that may not be called is one of them. */
export function checkConnection(
  definition: SettingsDefinition,
  raw: unknown,
  guard: GuardOptions,
): { settings: Settings; problems: Problem[] } {
  const { settings, problems } = validateSettings(definition, raw);
  const refused = Object.entries(settings).flatMap(([field, value]) => {
    if (typeof value !== 'string' || !isAddress(value, definition.settings[field]?.kind)) return [];
    // Placeholders stand behind the host and are no part of what is checked.
    const message = checkAddress(value.replace(/[{}]/g, ''), guard);
    return message === undefined ? [] : [{ field, message }];
  });
  return { settings, problems: [...problems, ...refused] };
}

const isAddress = (value: string, kind: string | undefined): boolean =>
  kind === 'url' || kind === 'template' || /^https?:\/\//i.test(value);
