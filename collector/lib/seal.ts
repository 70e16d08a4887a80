/** Sealing at rest: AES-256-GCM with a key of the installation. */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const VERSION = 1;
const NONCE = 12;
const TAG = 16;

export interface Seal {
  /** Text → version byte, nonce, tag, ciphertext. */
  seal(text: string): Buffer;
  /** Throws when the key is another one or the bytes were changed. */
  open(sealed: Uint8Array): string;
  /** A keyed hash for matching without keeping the value. */
  hash(text: string): string;
  /** The key of those hashes, in hex: what a rotation carries over. */
  hashKey: string;
}

/**
 * `secret` is any text of 16 characters or more; keys for sealing and hashing are derived from it (HKDF-SHA256). After a rotation hashes
 * go on with the key that they were made with, given as `hashKey`: most of what was hashed is not kept, so it could not be hashed again.
 */
export function createSeal(secret: string, hashKey?: string): Seal {
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, 'clickthread', purpose, 32) as ArrayBuffer);
  const sealingKey = derive('seal');
  const hashingKey = hashKey === undefined ? derive('hash') : Buffer.from(hashKey, 'hex');
  return {
    hashKey: hashingKey.toString('hex'),
    seal(text) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', sealingKey, nonce);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from([VERSION]), nonce, cipher.getAuthTag(), body]);
    },
    open(sealed) {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
      if (bytes[0] !== VERSION || bytes.length < 1 + NONCE + TAG) throw new Error('Not a sealed value.');
      const decipher = createDecipheriv('aes-256-gcm', sealingKey, bytes.subarray(1, 1 + NONCE));
      decipher.setAuthTag(bytes.subarray(1 + NONCE, 1 + NONCE + TAG));
      try {
        return decipher.update(bytes.subarray(1 + NONCE + TAG), undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new Error('A sealed value does not open: CLICKTHREAD_KEY is not the key it was sealed with.', { cause });
      }
    },
    hash: (text) => createHmac('sha256', hashingKey).update(text).digest('hex').slice(0, 32),
  };
}
