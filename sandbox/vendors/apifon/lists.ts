/** Lists and subscribers of the sandbox Apifon, with its bounce list. */
import { createHash } from 'node:crypto';

export interface Subscriber {
  list: string;
  /** MD5 of the e-mail, or of the mobile number where there is no e-mail: the client learns it from `Location`. */
  key: string;
  fields: Record<string, unknown>;
  subscribed: boolean;
}

export interface ApifonLists {
  lists: Map<string, { id: string; fields: Record<string, unknown> }>;
  /** By `list/key`. */
  subscribers: Map<string, Subscriber>;
  /** Destinations that bounced or asked to be left alone. */
  blocked: Map<string, string>;
}

export const openLists = (): ApifonLists => ({ lists: new Map(), subscribers: new Map(), blocked: new Map() });

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What is wrong with a subscriber, or `undefined`. */
export function subscriberProblem(fields: Record<string, unknown>): string | undefined {
  const email = text(fields['email']);
  const mobile = text(fields['mobile']);
  if (email === '' && mobile === '') return 'A subscriber needs an email or a mobile';
  if (email !== '' && !/^[^\s@]+@[^\s@]+$/.test(email)) return 'email is not an e-mail address';
  // MSISDN: digits with the country code, no plus sign.
  if (mobile !== '' && !/^[1-9]\d{7,14}$/.test(mobile)) return 'mobile is not an MSISDN';
  return undefined;
}

export function keyOf(fields: Record<string, unknown>): string {
  const email = text(fields['email']).toLowerCase();
  return createHash('md5')
    .update(email === '' ? text(fields['mobile']) : email)
    .digest('hex');
}

export function isBlocked(lists: ApifonLists, fields: Record<string, unknown>): boolean {
  return lists.blocked.has(text(fields['email']).toLowerCase()) || lists.blocked.has(text(fields['mobile']));
}
