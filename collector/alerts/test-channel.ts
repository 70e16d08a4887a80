/** Sends one message to a channel at once, whatever the hour, and says how it went. */
import type { AlertChannel } from '../configuration/alerts/channels.ts';
import { newId } from '../lib/id.ts';
import type { AlertMessage } from '../model/alerts/alert.ts';
import type { Sender } from '../outbound/send.ts';
import { sendNotice } from './channels/send-notice.ts';
import type { NoticeResult } from './channels/notice.ts';
import { composeNotice } from './compose-notice.ts';

export async function testChannel(
  channel: AlertChannel,
  { send, now }: { send: Sender['send']; now: number },
): Promise<NoticeResult> {
  const message: AlertMessage = {
    ...{ id: newId(now), channel: channel.id, alert: 'test', kind: 'held', phase: 'test', site: null, since: now },
    title: `A test of the alert channel ${channel.id}`,
    text: 'Nothing is wrong. What needs a person will be told here, once, and again when it is over.',
    ...{ state: 'sent', nextAt: now, attempts: 1, reason: '', createdAt: now, settledAt: now },
  };
  return sendNotice(channel, { notice: composeNotice([message], () => ''), messages: [message] }, { send, now });
}
