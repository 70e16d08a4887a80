/** Step 2 of 5. Reads the other names that the shop has for an order. Pure. */
import { readOrderId } from '../../../wire/order-id.ts';
import { isBlank, type Note } from '../fields.ts';

/** Names of one order besides its number. */
const MOST = 8;

/** Each once and without the number itself; what names no order is left out, with a warning. */
export function readAliases(value: unknown, orderId: string, warn: Note): string[] {
  if (isBlank(value)) return [];
  if (!Array.isArray(value)) return (warn('aliases', 'must be a list of numbers and ids; left out'), []);
  const names = value
    .filter((one) => !isBlank(one))
    .flatMap((one: unknown, index) => {
      const read = readOrderId(one);
      if ('orderId' in read) return [read.orderId];
      warn(`aliases[${index}]`, `${read.problem}; left out`);
      return [];
    });
  const others = [...new Set(names)].filter((name) => name !== orderId);
  if (others.length > MOST) warn('aliases', `has more than ${MOST} names; the first ${MOST} are kept`);
  return others.slice(0, MOST);
}
