/** A short hash of a text. Pure. */

/** FNV-1a, 32 bits, base 36: ties short texts together, keeps no secret. */
export function fingerprint(text: string): string {
  let hash = 0;
  for (let i = 0; i < text.length;) hash = Math.imul(hash ^ text.charCodeAt(i++), 16777619);
  return (hash >>> 0).toString(36);
}
