/**
 * What the parts that are fetched later use of the first one instead of bringing it along, in an order of its own: names would weigh more.
 * In the split build they find it on `clickthread._`; `rollup.config.mjs` reads the names from here. A part refuses a page whose first
 * part is of another build.
 */
import { post } from './beacon.ts';
import { isGranted, vote } from './consent.ts';
import { read, root, write } from './cookie.ts';
import { journey, keep, newId } from './keeper.ts';
import { fingerprint } from '../wire/fingerprint.ts';
import { held, readAddress } from './landing.ts';
import { send } from './queue.ts';
import { unsentOrders } from './sale.ts';
import { guard, say } from './say.ts';
import { consent, said, site, votes } from './state.ts';
import { storage } from './storage.ts';
import { wrap } from './wrap.ts';

/** Changes with the tag's source. */
declare const __CT_BUILD__: string;

// prettier-ignore
export const shared = [__CT_BUILD__, site, said, votes, consent, guard, say, read, write, root, storage, post, isGranted, vote, journey, keep, newId, held, readAddress, send, unsentOrders, wrap, fingerprint] as const;
