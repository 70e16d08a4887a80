/** Alerts as signed JSON (https://www.standardwebhooks.com): whoever takes them can tell that they are ours, and a repeat by its id. */
import type { AlertChannel } from '../../configuration/alerts/channels.ts';
import { signMessage } from '../../lib/standard-webhook.ts';
import type { AlertMessage } from '../../model/alerts/alert.ts';
import { judgeAnswer } from './judge-answer.ts';
import type { GivenNotice, NoticeDeps, NoticeResult } from './notice.ts';

export async function sendToWebhook(
  { settings }: AlertChannel,
  { messages }: GivenNotice,
  { send, now }: NoticeDeps,
): Promise<NoticeResult> {
  const url = String(settings.url);
  const [message] = messages;
  const body = JSON.stringify(bodyOf(message));
  const timestamp = String(Math.floor(now / 1000));
  const signature = signMessage({ id: message.id, timestamp, body }, String(settings.secret));
  const sent = await send({
    ...{ method: 'POST', url, body },
    headers: {
      ...{ 'content-type': 'application/json', 'webhook-id': message.id },
      ...{ 'webhook-timestamp': timestamp, 'webhook-signature': signature },
    },
  });
  return judgeAnswer(sent, url);
}

function bodyOf({ phase, createdAt, alert, kind, site, title, text, since }: AlertMessage): object {
  return {
    type: `alert.${phase}`,
    timestamp: new Date(createdAt).toISOString(),
    data: { alert, kind: phase === 'test' ? 'test' : kind, site, title, text, since: new Date(since).toISOString() },
  };
}
