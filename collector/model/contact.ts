/** A person of a list: what a sealed contact opens to, and the keyed hashes that find it again. */
import { normalEmail } from '../lib/hash.ts';
import type { Seal } from '../lib/seal.ts';
import { tidyId } from '../lib/text/fold.ts';

/** What a sealed contact opens to. */
export interface ContactPerson {
  email?: string;
  phone?: string;
  firstName?: string;
  lastName?: string;
}

export const emailHash = (email: string, seal: Pick<Seal, 'hash'>): string => seal.hash(normalEmail(email));

export const customerHash = (id: string, seal: Pick<Seal, 'hash'>): string => seal.hash(`customer\n${tidyId(id)}`);
