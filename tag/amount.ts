/** Amounts as carts write them. Pure. */

/**
 * A decimal number or string as a string with a dot: `1234.56`, `1.234,56`, `1,234.56`, `1,23,456`, `1 234,5 lei`, `$9`. What is already
 * strict stays as it is; separators of one kind before groups of three only group; otherwise the last one is the decimal one.
 * Undefined for anything that is no amount, a negative one included.
 */
export function readAmount(given: unknown): string | undefined {
  let text = given + '';
  if (!/^\d+(\.\d+)?$/.test(text) && typeof given == 'string') {
    text = text.replace(/[^\d.,\-−]/g, '').replace(/^[.,]+|[.,-]+$/g, '');
    const decimals = /^\d+(,\d\d\d?)*,\d{3}$|^\d+(\.\d{3})+$/.test(text) ? '' : '(?=.*[.,])';
    text = text.replace(RegExp('[.,]' + decimals, 'g'), '').replace(',', '.');
  }
  return /^\d{1,15}(\.\d+)?$/.test(text) ? text : undefined;
}
