/** Opens what is sealed of a delivery's customer; undefined where another key sealed it, which only a person can mend. Pure. */
import type { Personal } from '../model/order.ts';
import type { Seal } from '../lib/seal.ts';
import type { Claimed } from '../store/store.ts';

/** Why nothing is sent or asked, and what to do. */
export const SEALED_OTHERWISE =
  "the customer's data does not open with this CLICKTHREAD_KEY: start with the key it was sealed with";

export function openPersonal({ personal }: Pick<Claimed, 'personal'>, seal: Pick<Seal, 'open'>): Personal | undefined {
  try {
    return personal ? (JSON.parse(seal.open(personal)) as Personal) : {};
  } catch {
    return undefined; // the caller says so in the delivery's reason
  }
}
