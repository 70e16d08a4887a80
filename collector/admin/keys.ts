/** A person makes or ends a key; the deed stands in the audit log, whoever asked. A key's value is returned once and kept nowhere. */
import type { Seal } from '../lib/seal.ts';
import { type ApiKeyRow, type KeyKind, makeKey } from '../model/api-key.ts';
import type { Store } from '../store/store.ts';

interface KeyDeps {
  store: Pick<Store, 'addApiKey' | 'revokeApiKey'>;
  now: number;
}

export async function createKey(
  key: { kind: KeyKind; sites: string[]; label: string; actor: string },
  { store, seal, now }: KeyDeps & { seal: Seal },
): Promise<{ row: ApiKeyRow; secret: string }> {
  const { kind, sites, label, actor } = key;
  const made = makeKey({ kind, sites, label, seal, now });
  await store.addApiKey(made.row, { at: now, actor, action: 'key create', detail: { id: made.row.id, kind, sites } });
  return made;
}

/** False where there is no such key, or it was revoked before: then nothing is logged. */
export function revokeKey({ id, actor }: { id: string; actor: string }, { store, now }: KeyDeps): Promise<boolean> {
  return store.revokeApiKey(id, { at: now, actor, action: 'key revoke', detail: { id } });
}
