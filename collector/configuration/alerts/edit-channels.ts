/** Changes of one alert channel, for the command line and the admin API alike: each becomes a configuration file that `apply` reads. */
import { isObject } from '../../kit/json.ts';
import { MASK } from '../../kit/validate-settings.ts';
import { ConfigurationError, UnknownName } from '../../model/configuration-error.ts';
import { createCatalogue } from '../../catalogue.ts';
import { applyConfiguration } from '../apply.ts';
import type { EditDeps } from '../edit.ts';
import { type AlertDocument, exportConfiguration } from '../export.ts';
import { channelTypes, isChannelType } from './channel-types.ts';

type Fields = Record<string, unknown>;

/** Makes or replaces a channel. Secrets that are left out or masked stay as they are; null removes one. */
export async function putChannel(channel: Fields & { id: string }, deps: EditDeps): Promise<void> {
  const all = await documents(deps);
  const before = all.find(({ id }) => id === channel.id);
  const type = String(channel.type ?? before?.type ?? '');
  const next = { ...channel, type, settings: withKept(channel.settings, type === before?.type ? before : undefined) };
  const list = before ? all.map((one) => (one.id === channel.id ? next : one)) : [...all, next];
  await apply(list, 'alert put', deps, list.indexOf(next));
}

/** Removes a channel with its settings and secrets. */
export async function removeChannel(id: string, deps: EditDeps): Promise<void> {
  const all = await documents(deps);
  if (!all.some((one) => one.id === id)) throw unknownChannel(id, all);
  await apply(
    all.filter((one) => one.id !== id),
    'alert remove',
    deps,
  );
}

export function unknownChannel(id: string, all: readonly { id: string }[]): UnknownName {
  const known = all.map((one) => one.id).join(', ');
  return new UnknownName(
    'alert',
    `there is no alert channel "${id.slice(0, 64)}"; known: ${known === '' ? 'none yet' : known}`,
  );
}

async function documents({ store, seal }: EditDeps): Promise<AlertDocument[]> {
  return exportConfiguration(await store.configuration(), { seal, catalogue: createCatalogue() }).alerts;
}

/** References resolve to nothing here, which makes `apply` keep the stored secret. */
function withKept(given: unknown, before: AlertDocument | undefined): Fields {
  const settings: Fields = isObject(given) ? { ...given } : {};
  const definition = before && isChannelType(before.type) ? channelTypes[before.type] : undefined;
  for (const [name, setting] of Object.entries(definition?.settings ?? {})) {
    const kept = before?.settings[name];
    if (setting.secret && kept !== undefined && (settings[name] === undefined || settings[name] === MASK))
      settings[name] = kept;
  }
  return settings;
}

async function apply(alerts: Fields[], action: string, deps: EditDeps, edited = -1): Promise<void> {
  const { store, seal, allowPrivate, now, actor } = deps;
  try {
    await applyConfiguration({
      ...{ text: JSON.stringify({ alerts }), env: () => undefined, store, seal, allowPrivate, now, actor, action },
      prune: true,
    });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const prefix = `alerts[${edited}].`;
    const problems = error.problems.map(({ field, message }) => ({ field: field.replace(prefix, ''), message }));
    throw new ConfigurationError('Nothing was changed:', problems);
  }
}
