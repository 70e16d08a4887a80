/** The ways in which alerts are told, as data: validation, masking, forms and the reference read it. How each is sent: `collector/alerts/channels`. */
import type { Problem } from '../../../wire/problem.ts';
import type { Setting, Settings } from '../../kit/setting.ts';
import type { SettingsDefinition } from '../../kit/validate-settings.ts';

export const CHANNEL_TYPES = ['email', 'webhook', 'slack'] as const;
export type ChannelType = (typeof CHANNEL_TYPES)[number];

/** `Name <who@host>` or `who@host`; a line break would begin a header of its own. */
const ADDRESS =
  /^(?:[^<>"\r\n]{1,100} <[^\s<>@",;:]{1,64}@[^\s<>@",;:]{1,253}>|[^\s<>@",;:]{1,64}@[^\s<>@",;:]{1,253})$/;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i;

const email: Record<string, Setting> = {
  host: {
    label: 'Mail server',
    help: 'Host name of an SMTP server that takes mail for you',
    required: true,
    pattern: /^[\w.:[\]-]{1,253}$/,
    patternHelp: 'a host name such as smtp.example.com',
  },
  port: { label: 'Port', kind: 'number', default: 587 },
  tls: {
    label: 'Encryption',
    help: 'starttls: the connection is encrypted before anything is said, or nothing is sent; implicit: encrypted from its first byte (port 465); none: a server of your own network',
    options: ['starttls', 'implicit', 'none'],
    default: 'starttls',
  },
  user: { label: 'User', help: 'Where the server asks for one' },
  password: { label: 'Password', secret: true },
  from: { label: 'From', help: 'The sender: clickthread@shop.example, or Name <address>', required: true },
  to: { label: 'To', help: 'Who is told', kind: 'list', required: true },
};

const url: Setting = {
  label: 'Address',
  required: true,
  pattern: /^https?:\/\/\S{3,2000}$/,
  patternHelp: 'an address such as https://host.example/path',
};

const webhook: Record<string, Setting> = {
  url: { ...url, help: 'Is posted JSON: type alert.raised, alert.over or alert.test' },
  secret: {
    label: 'Signing secret',
    help: 'Signs each message as Standard Webhooks say (webhook-id, webhook-timestamp, webhook-signature); whsec_… or a text of 16 characters or more',
    secret: true,
    required: true,
    pattern: /^\S{16,200}$/,
    patternHelp: '16 characters or more, without spaces',
  },
};

const slack: Record<string, Setting> = {
  url: {
    ...url,
    help: 'An incoming webhook of Slack (https://hooks.slack.com/services/…), or of what takes the same: Mattermost, Discord with /slack at the end',
    secret: true,
  },
};

export const channelTypes: Readonly<Record<ChannelType, SettingsDefinition>> = {
  email: { title: 'E-mail', settings: email, check: checkEmail },
  webhook: { title: 'Webhook', settings: webhook },
  slack: { title: 'Slack', settings: slack },
};

export const isChannelType = (type: string): type is ChannelType => Object.hasOwn(channelTypes, type);

function checkEmail({ host, port, tls, user, password, from, to }: Settings): Problem[] {
  const problems: Problem[] = [];
  const refuse = (field: string, message: string): void => void problems.push({ field, message });
  if (!Number.isInteger(port) || Number(port) < 1 || Number(port) > 65535)
    refuse('port', 'must be a whole number from 1 to 65535');
  if (!ADDRESS.test(String(from))) refuse('from', 'must be an address such as clickthread@shop.example');
  for (const [index, one] of (Array.isArray(to) ? to : []).entries())
    if (!ADDRESS.test(one)) refuse(`to[${index}]`, 'must be an address such as ops@shop.example');
  if (Array.isArray(to) && to.length === 0) refuse('to', 'must name at least one address');
  if ((user === undefined) !== (password === undefined))
    refuse(user === undefined ? 'user' : 'password', 'is missing: user and password belong together');
  if (tls === 'none' && password !== undefined && !LOOPBACK.test(String(host)))
    refuse('tls', 'must be starttls or implicit: the password would travel as plain text');
  return problems;
}
