/** Keys of the server API and signing secrets: made once, shown once. */
import { randomBytes } from 'node:crypto';
import { sha256 } from '../lib/hash.ts';
import { newId } from '../lib/id.ts';
import type { Seal } from '../lib/seal.ts';

export interface ApiKeyRow {
  id: string;
  /** `api`: Bearer key, only its hash is kept. `webhook` and `order`: signing secrets, sealed because a signature needs them. */
  kind: 'api' | 'webhook' | 'order';
  hash: string;
  secret: Buffer | null;
  sites: string[];
  label: string;
  createdAt: number;
  revokedAt: number | null;
}

export type KeyKind = ApiKeyRow['kind'];

const SECRETS: Record<KeyKind, () => string> = {
  api: () => `ctkey_${randomBytes(32).toString('base64url')}`,
  // The form that Standard Webhooks prescribes.
  webhook: () => `whsec_${randomBytes(32).toString('base64')}`,
  order: () => `ctord_${randomBytes(32).toString('base64url')}`,
};

/** The row to store, and the secret to show this once. */
export function makeKey(given: { kind: KeyKind; sites: string[]; label: string; seal: Seal; now: number }): {
  row: ApiKeyRow;
  secret: string;
} {
  const { kind, sites, label, seal, now } = given;
  const secret = SECRETS[kind]();
  const row: ApiKeyRow = {
    id: newId(now),
    kind,
    hash: sha256(secret),
    // A Bearer key is only compared, so its hash is enough; a signature can't be checked without the secret itself.
    secret: kind === 'api' ? null : seal.seal(secret),
    sites,
    label,
    createdAt: now,
    revokedAt: null,
  };
  return { row, secret };
}

/** A key as it may be shown: never its value. */
export function viewKey({ id, kind, sites, label, createdAt, revokedAt }: ApiKeyRow) {
  return {
    id,
    kind,
    sites,
    label,
    createdAt: new Date(createdAt).toISOString(),
    revokedAt: revokedAt === null ? null : new Date(revokedAt).toISOString(),
  };
}
