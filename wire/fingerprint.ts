/** A short hash of a text. Pure. */

/** 32 bits with a sign: ties short texts together, keeps no secret. http://www.cse.yorku.ca/~oz/hash.html (djb2, the xor kind, begun at 0) */
export const fingerprint = (text: string): number =>
  [...text].reduce((hash, char) => (hash * 33) ^ char.charCodeAt(0), 0);
