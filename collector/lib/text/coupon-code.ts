/** Coupon codes as people type them. Pure. */

/** The same for every spelling of one code: case and accents of capitals in any script, wide letters, blanks, and signs that nobody sees. */
export function couponKey(code: string): string {
  const seen = code.normalize('NFKC').replace(/\p{Cf}+/gu, '');
  // Up and down again: ß is SS in capitals, and ς is Σ.
  const small = seen.toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFD');
  return small
    .replace(/\u0307/g, '') // What is left of İ.
    .replaceAll('ı', 'i')
    .replace(/(?<=\p{Script=Greek}\p{M}*)[\u0301\u0308]/gu, '') // Greek capitals bear neither.
    .replace(/\s+/g, ' ')
    .trim()
    .normalize('NFC');
}
