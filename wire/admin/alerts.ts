/** Answers of the admin API about alerts. Times are ISO 8601. */
import type { SettingContent, TypeShown } from './connections.ts';

/** A way in which somebody is told; secrets are masked. */
export interface ChannelShown {
  id: string;
  type: string;
  enabled: boolean;
  /** All of them, and the machine itself, unless given. */
  sites?: readonly string[];
  /** Everything unless given. */
  about?: readonly string[];
  quiet?: string;
  settings: Record<string, SettingContent | undefined>;
}

/** `GET /alerts`: who is told, what holds now, what can be told of and how. */
export interface AlertsShown {
  channels: ChannelShown[];
  open: { key: string; kind: string; site: string | null; title: string; text: string; since: string }[];
  kinds: readonly string[];
  types: Pick<TypeShown, 'type' | 'title' | 'settings'>[];
}
