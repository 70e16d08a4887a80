/** Alerts by e-mail, over SMTP. */
import type { AlertChannel } from '../../configuration/alerts/channels.ts';
import { type MailServer, sendMail } from '../../outbound/send-mail.ts';
import type { GivenNotice, NoticeResult } from './notice.ts';

export async function sendToMail({ settings }: AlertChannel, { notice, messages }: GivenNotice): Promise<NoticeResult> {
  const { host, port, tls, user, password, from, to } = settings as unknown as MailServer & {
    from: string;
    to: string[];
  };
  const domain = /@([^\s<>]+?)>?$/.exec(from)?.[1] ?? 'clickthread';
  const sent = await sendMail(
    {
      ...{ from, to, subject: `[Clickthread] ${notice.title}` },
      text: `${notice.text}\n\n-- \nClickthread tells this once; it says when all is right again. Channels: clickthread alert list\n`,
      messageId: `<${messages[0].id}.${messages.length}@${domain}>`,
    },
    { host, port, tls, ...(user === undefined || password === undefined ? {} : { user, password }) },
  );
  return sent.ok ? sent : { ok: false, reason: sent.message };
}
