/** Amounts as carts write them. Pure. */

/**
 * A decimal number or string as a string with a dot: `1234.56`, `1.234,56`, `1,234.56`, `1 234,5 lei`, `$9`. What is already strict
 * stays as it is; otherwise the last separator is the decimal one, unless it occurs twice or is the only one, with three digits behind
 * it. Undefined for anything that is no amount, a negative one included.
 */
export function readAmount(given: unknown): string | undefined {
  let text = String(given);
  if (typeof given != 'number') text = text.replace(/[^\d.,\-−]/g, '').replace(/^[.,]+|[.,-]+$/g, '');
  if (!/^\d+(\.\d+)?$/.test(text)) {
    const last = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','));
    const first = text.indexOf(text[last]!);
    const mixed = /\..*,|,.*\./.test(text);
    const whole = first < last || (text.length - last == 4 && !mixed) ? text.length : last;
    text = text.slice(0, whole).replace(/[.,]/g, '') + text.slice(whole).replace(',', '.');
  }
  return /^\d{1,15}(\.\d+)?$/.test(text) ? text : undefined;
}
