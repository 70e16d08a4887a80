/** Phone numbers as gateways want them: digits with the country code, no plus sign (`306999999999`). */

/** Undefined for what can't be a number. `prefix` is the country code of numbers that are written without one. */
export function toMsisdn(phone: string, prefix = ''): string | undefined {
  const compact = phone.replace(/\(0\)|[\s().\-/]/g, '');
  const international = /^(?:\+|00)([1-9]\d{7,14})$/.exec(compact)?.[1];
  if (international !== undefined) return international;
  if (!/^\d{6,15}$/.test(compact)) return undefined;
  const number = prefix === '' ? compact : withPrefix(compact, prefix);
  return /^[1-9]\d{7,14}$/.test(number) ? number : undefined;
}

function withPrefix(digits: string, prefix: string): string {
  return digits.startsWith(prefix) && digits.length > 10 ? digits : prefix + digits.replace(/^0+/, '');
}
