/** Alerts to an incoming webhook of Slack. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks (read 2026-11) */
import type { AlertChannel } from '../../configuration/alerts/channels.ts';
import { judgeAnswer } from './judge-answer.ts';
import type { GivenNotice, NoticeDeps, NoticeResult } from './notice.ts';

/** Slack cuts a text at 40,000 characters; a message that long helps nobody. */
const LONGEST = 4000;

/** Only these three are control characters there; whoever escapes more shows `&quot;` to people. */
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export async function sendToSlack(
  { settings }: AlertChannel,
  { notice }: GivenNotice,
  { send }: NoticeDeps,
): Promise<NoticeResult> {
  const url = String(settings.url);
  const text = escape(`Clickthread: ${notice.title}\n${notice.text}`.slice(0, LONGEST));
  const sent = await send({
    ...{ method: 'POST', url, headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ text }),
  });
  return judgeAnswer(sent, url);
}
