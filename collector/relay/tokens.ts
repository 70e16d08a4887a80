/**
 * Step 5 of 5. Tokens that vendors give for credentials: asked for once for all that wait, kept sealed with the connection, refreshed before
 * they end, and given up when a vendor no longer takes one.
 */
import type { Connection } from '../configuration/sites.ts';
import type { VendorToken } from '../kit/destination.ts';
import type { Clock } from '../lib/clock.ts';
import { seconds } from '../lib/duration.ts';
import type { Seal } from '../lib/seal.ts';
import type { HttpRequest } from '../model/http.ts';
import type { SendFailure } from '../outbound/send-failure.ts';
import type { Sender } from '../outbound/send.ts';
import type { Store } from '../store/store.ts';

/** A token that ends this soon is not begun with. */
const SPARE = seconds(30);

interface Kept extends VendorToken {
  endsAt: number;
  /** When the settings that it was asked with were last changed. */
  of: number;
}

export interface TokenKeeper {
  /** A token that is good for a request now, or why there is none. */
  take(connection: Connection): Promise<string | SendFailure>;
  /** The vendor did not take it: the next one is a fresh one. */
  drop(connection: Connection, access: string): void;
}

export function createTokenKeeper(deps: {
  store: Pick<Store, 'connectionToken' | 'keepConnectionToken'>;
  sender: Pick<Sender, 'send'>;
  seal: Pick<Seal, 'seal' | 'open'>;
  clock: Clock;
}): TokenKeeper {
  const { store, sender, seal, clock } = deps;
  const known = new Map<string, Kept>();
  const asking = new Map<string, Promise<string | SendFailure>>();
  const keyOf = ({ site, id }: Connection): string => JSON.stringify([site, id]);

  async function load(connection: Connection): Promise<Kept | undefined> {
    const cached = known.get(keyOf(connection));
    if (cached) return cached;
    const sealed = await store.connectionToken(connection.site, connection.id);
    try {
      return sealed === null ? undefined : (JSON.parse(seal.open(sealed)) as Kept);
    } catch {
      return undefined; // sealed with another key: a new one is asked for
    }
  }

  async function exchange(connection: Connection, request: HttpRequest): Promise<VendorToken | SendFailure> {
    const { title, token } = connection.destination!;
    const sent = await sender.send(request);
    if (!sent.ok) return { ...sent, sent: false, message: `no token from ${title}: ${sent.message}` };
    const { status } = sent.response;
    const read = status >= 200 && status < 300 ? token!.read(sent.response) : undefined;
    if (read) return read;
    const refused = status >= 400 && status < 500 && status !== 429 && status !== 408;
    const message = refused
      ? `${title} gives no token for these credentials (${status}): check the connection's settings`
      : `${title} gave no token (${status})`;
    return { ok: false, kind: refused ? 'refused' : 'network', sent: false, message };
  }

  async function renew(connection: Connection): Promise<string | SendFailure> {
    const kept = await load(connection);
    const mine = kept?.of === connection.updatedAt ? kept : undefined;
    if (mine && mine.access !== '' && mine.endsAt - SPARE > clock()) {
      known.set(keyOf(connection), mine);
      return mine.access;
    }
    const { token } = connection.destination!;
    const again =
      mine?.refresh === undefined
        ? undefined
        : await exchange(connection, token!.request(connection.settings, mine.refresh));
    // A refresh token may have been used or forgotten: the credentials speak then.
    const usable = again && ('access' in again || again.kind !== 'refused') ? again : undefined;
    const fresh = usable ?? (await exchange(connection, token!.request(connection.settings)));
    if (!('access' in fresh)) return fresh;
    await keep(connection, { ...fresh, endsAt: clock() + fresh.lasts, of: connection.updatedAt });
    return fresh.access;
  }

  async function keep(connection: Connection, kept: Kept): Promise<void> {
    known.set(keyOf(connection), kept);
    await store.keepConnectionToken(connection.site, connection.id, seal.seal(JSON.stringify(kept)));
  }

  return {
    take(connection) {
      const key = keyOf(connection);
      const running = asking.get(key) ?? renew(connection).finally(() => asking.delete(key));
      asking.set(key, running);
      return running;
    },
    drop(connection, access) {
      const kept = known.get(keyOf(connection));
      if (kept?.access === access) known.set(keyOf(connection), { ...kept, access: '', endsAt: 0 });
    },
  };
}
