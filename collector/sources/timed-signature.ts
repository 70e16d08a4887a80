/** Signatures over a time and the bytes, of which any may match while a secret is rotated: how Stripe and Paddle sign. */
import type { Problem } from '../../wire/problem.ts';
import type { Settings } from '../kit/setting.ts';
import type { HookDelivery } from '../kit/source.ts';
import { seconds } from '../lib/duration.ts';
import { sameSecret, signBytes } from '../lib/hash.ts';

/** One sender's way, and its words for what is wrong. */
export interface TimedSignature {
  header: string;
  /** Between the parts of the header. */
  between: RegExp;
  /** Names of the parts, and what stands between time and bytes. */
  time: string;
  signature: string;
  join: string;
  /** Milliseconds; a time ahead of ours is let in, for nothing is won by it. */
  oldest: number;
  words: { missing: string; form: string; mismatch: string; old: string };
}

export function checkTimedSignature(
  { headers, body, now }: HookDelivery,
  settings: Settings,
  { header, between, time: timeName, signature, join, oldest, words }: TimedSignature,
): Problem | undefined {
  const given = headers[header] ?? '';
  const problem = (message: string): Problem => ({ field: header, message });
  const parts = given.split(between).map((part) => part.trim().split('='));
  const time = parts.find(([name]) => name === timeName)?.[1] ?? '';
  const signatures = parts.flatMap(([name, value]) => (name === signature && value !== undefined ? [value] : []));
  if (given === '') return problem(words.missing);
  if (!/^\d{1,12}$/.test(time) || signatures.length === 0) return problem(words.form);
  const keys = [settings['webhookSecret'], settings['previousWebhookSecret']].filter((key) => key !== undefined);
  if (keys.length === 0) return problem("can't be checked: this connection has no webhookSecret");
  const signed = Buffer.concat([Buffer.from(`${time}${join}`), body]);
  const expected = keys.map((key) => signBytes(String(key).trim(), signed, 'hex'));
  if (!expected.some((one) => signatures.some((each) => sameSecret(one, each)))) return problem(words.mismatch);
  // Senders count whole seconds, and so do their own libraries.
  const age = seconds(Math.floor(now / seconds(1)) - Number(time));
  return age > oldest ? { field: 'time', message: words.old } : undefined;
}
