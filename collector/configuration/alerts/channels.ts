/** The alert channels in force: read from the store, opened, and kept until the configuration's version changes. */
import type { ChannelShown } from '../../../wire/admin/alerts.ts';
import { publicSettings } from '../../kit/validate-settings.ts';
import type { Settings } from '../../kit/setting.ts';
import type { Seal } from '../../lib/seal.ts';
import type { AlertKind } from '../../model/alerts/alert.ts';
import { readQuietHours } from '../../model/alerts/quiet-hours.ts';
import type { AlertChannelRow } from '../../store/configuration-store.ts';
import type { Store } from '../../store/store.ts';
import type { ChannelConfig } from './channel-schema.ts';
import { type ChannelType, channelTypes, isChannelType } from './channel-types.ts';

export interface AlertChannel {
  id: string;
  type: ChannelType;
  enabled: boolean;
  /** Undefined: all of them, and the machine itself. */
  sites: readonly string[] | undefined;
  /** Undefined: everything. */
  about: readonly AlertKind[] | undefined;
  quiet: { from: number; to: number } | undefined;
  /** Validated, secrets opened. */
  settings: Settings;
}

/** A channel of a type that this version doesn't know is left out: it can't be told anything. */
export function openChannels(rows: readonly AlertChannelRow[], seal: Seal): AlertChannel[] {
  return rows.flatMap((row): AlertChannel[] => {
    const { type } = row;
    if (!isChannelType(type)) return [];
    const { enabled, sites, about, quiet } = JSON.parse(row.config) as Omit<ChannelConfig, 'settings' | 'type'>;
    return [
      {
        ...{ id: row.id, type, enabled, sites, about },
        quiet: quiet === undefined ? undefined : readQuietHours(quiet),
        settings: openSettings(row, seal),
      },
    ];
  });
}

export function openSettings({ settings, secrets }: AlertChannelRow, seal: Seal): Settings {
  const plain = JSON.parse(settings) as Settings;
  return secrets ? { ...plain, ...(JSON.parse(seal.open(secrets)) as Settings) } : plain;
}

/** As it may be shown: secrets are masked. */
export type ChannelView = Omit<ChannelShown, 'settings'> & { settings: Settings };

export function viewChannel(row: AlertChannelRow, seal: Seal): ChannelView {
  const definition = isChannelType(row.type) ? channelTypes[row.type] : { settings: {} };
  const config = JSON.parse(row.config) as Omit<ChannelConfig, 'settings' | 'type'>;
  return {
    ...config,
    id: row.id,
    type: row.type,
    settings: publicSettings(definition, openSettings(row, seal)),
  } as ChannelView;
}

/** Reads the channels again whenever the configuration has moved: one small query a call. */
export function cachedChannels({
  store,
  seal,
}: {
  store: Pick<Store, 'configuration' | 'configurationVersion'>;
  seal: Seal;
}): () => Promise<AlertChannel[]> {
  let current: { version: number; channels: AlertChannel[] } | undefined;
  return async () => {
    const version = await store.configurationVersion();
    if (current?.version !== version)
      current = { version, channels: openChannels((await store.configuration()).alerts, seal) };
    return current.channels;
  };
}
