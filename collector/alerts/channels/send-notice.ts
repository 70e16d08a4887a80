/** How each kind of channel is told. Everything over HTTP passes the outbound guard. */
import type { AlertChannel } from '../../configuration/alerts/channels.ts';
import type { ChannelType } from '../../configuration/alerts/channel-types.ts';
import { sendToMail } from './mail.ts';
import type { SendNotice } from './notice.ts';
import { sendToSlack } from './slack.ts';
import { sendToWebhook } from './webhook.ts';

const WAYS: Readonly<Record<ChannelType, { together: boolean; send: SendNotice }>> = {
  email: { together: true, send: sendToMail },
  slack: { together: true, send: sendToSlack },
  // A program reads it: one condition, one message.
  webhook: { together: false, send: sendToWebhook },
};

/** Whether several messages become one notice. */
export const joinsMessages = ({ type }: Pick<AlertChannel, 'type'>): boolean => WAYS[type].together;

export const sendNotice: SendNotice = (channel, given, deps) => WAYS[channel.type].send(channel, given, deps);
