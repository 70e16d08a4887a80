/** Settings as a row keeps them: plain ones as JSON, secrets sealed; what has not changed stays byte for byte as it was. */
import type { Setting, Settings } from '../../kit/setting.ts';
import type { Seal } from '../../lib/seal.ts';
import { sameJson } from '../../lib/text/same-json.ts';
import type { ConnectionRow } from '../../store/configuration-store.ts';

type Kept = Pick<ConnectionRow, 'config' | 'settings' | 'secrets' | 'createdAt' | 'updatedAt'>;

export function storeSettings(given: {
  /** What the row says beside its settings. */
  config: object;
  /** Validated. */
  settings: Settings;
  definition: { settings: Record<string, Setting> };
  old: Kept | undefined;
  /** The settings of the old row, opened; undefined where it was of another type. */
  known: Settings | undefined;
  seal: Seal;
  now: number;
}): Kept {
  const { settings, definition, old, known, seal, now } = given;
  const entries = Object.entries(settings);
  const isSecret = ([name]: [string, unknown]): boolean => definition.settings[name]?.secret === true;
  const secrets = entries.filter(isSecret);
  const config = JSON.stringify(given.config);
  const same = old !== undefined && old.config === config && sameJson(known, settings) ? old : undefined;
  const sealed = (): Buffer | null =>
    secrets.length === 0 ? null : seal.seal(JSON.stringify(Object.fromEntries(secrets)));
  return {
    config,
    settings: JSON.stringify(Object.fromEntries(entries.filter((entry) => !isSecret(entry)))),
    secrets: secrets.length > 0 && same ? same.secrets : sealed(),
    createdAt: old?.createdAt ?? now,
    updatedAt: same?.updatedAt ?? now,
  };
}
