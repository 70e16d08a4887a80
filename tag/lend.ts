/**
 * What the parts that are fetched later use of the first one instead of bringing it along, in an order of its own: names would weigh more.
 * In the split build they find it on `clickthread._`; `rollup.config.mjs` reads the names from here. A part refuses a page whose first
 * part is of another build.
 */
import { postJson } from './beacon.ts';
import { isGranted, countVote } from './consent.ts';
import { readCookie, findRootDomain, writeCookie } from './cookie.ts';
import { readJourney, keepJourney, newId } from './journey-cookie.ts';
import { fingerprint } from '../wire/fingerprint.ts';
import { ORDER_KEY } from '../wire/found.ts';
import { held, readAddress } from './landing.ts';
import { queueOrder } from './queue.ts';
import { unsentOrders } from './sale.ts';
import { guard, tellPage } from './say.ts';
import { consent, said, site, votes } from './state.ts';
import { storage } from './storage.ts';
import { wrapMethod } from './wrap.ts';

/** Changes with the tag's source. */
declare const __CT_BUILD__: string;

// prettier-ignore
export const shared = [__CT_BUILD__, site, said, votes, consent, guard, tellPage, readCookie, writeCookie, findRootDomain, storage, postJson, isGranted, countVote, readJourney, keepJourney, newId, held, readAddress, queueOrder, unsentOrders, wrapMethod, fingerprint, ORDER_KEY] as const;
