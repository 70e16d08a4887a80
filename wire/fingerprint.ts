/** A short hash of a text. Pure. */

/** 32 bits, base 36: ties short texts together, keeps no secret. http://www.cse.yorku.ca/~oz/hash.html (djb2, the xor kind) */
export const fingerprint = (text: string): string =>
  ([...text].reduce((hash, char) => (hash * 33) ^ char.charCodeAt(0), 5381) >>> 0).toString(36);
