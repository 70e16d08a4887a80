/** What a way of telling is given, and how it says what became of it. */
import type { AlertChannel } from '../../configuration/alerts/channels.ts';
import type { AlertMessage } from '../../model/alerts/alert.ts';
import type { Sender } from '../../outbound/send.ts';
import type { Notice } from '../compose-notice.ts';

export interface NoticeDeps {
  send: Sender['send'];
  now: number;
}

export interface GivenNotice {
  notice: Notice;
  /** What it is made of: one, unless its channel takes several at once. */
  messages: readonly [AlertMessage, ...AlertMessage[]];
}

/** `reason` says in words what went wrong: never a secret, never personal. */
export type NoticeResult = { ok: true } | { ok: false; reason: string };

export type SendNotice = (channel: AlertChannel, given: GivenNotice, deps: NoticeDeps) => Promise<NoticeResult>;
