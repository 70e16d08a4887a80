/** Hashes and keyed hashes, in hex. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { foldText } from './text/fold.ts';

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
export const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
export const hmacSha1 = (key: string, text: string): string => createHmac('sha1', key).update(text).digest('hex');
export const hmacSha256 = (key: string | Buffer, text: string): string =>
  createHmac('sha256', key).update(text).digest('hex');

/** The keyed hash of bytes as they came, in the spelling that a sender uses. */
export const signBytes = (key: string, bytes: string | Buffer, spelling: 'hex' | 'base64'): string =>
  createHmac('sha256', key).update(bytes).digest(spelling);

/** The e-mail as vendors expect it before hashing: trimmed and lower-cased; what nobody sees in it, or sees as the same, makes no other person of it. */
export const normalEmail = (email: string): string => foldText(email).trim().toLowerCase();

/** Whether two strings are equal, in time that depends on their length alone. */
export function sameSecret(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
