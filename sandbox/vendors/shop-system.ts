/** What the sandbox's shop systems have alike: an API, what shopper and merchant do beside it, the shop's own clock, and one count of calls. */
import type { Clock } from '../../collector/lib/clock.ts';
import type { Exchange, Reply } from '../reply.ts';
import type { SettingsBook } from '../settings.ts';
import type { Vendor } from '../vendor.ts';

/** A shop's state: what it has beside its clock and its traps is forgotten at a reset. */
interface ShopState {
  now: () => number;
  traps: object;
}

interface ShopSystem<S extends ShopState> extends Pick<Vendor, 'name' | 'title' | 'about' | 'columns' | 'signIn'> {
  settings: SettingsBook & { now: S['traps'] };
  fresh(): Omit<S, keyof ShopState>;
  /** The shop's API. Each answer bears the shop's own clock, which a client compares with its own. */
  api(exchange: Exchange, shop: S): Reply;
  /** What shopper and merchant do, below `/merchant/`; not part of the shop's API. */
  merchant(exchange: Exchange, shop: S): Reply | Promise<Reply>;
  recorded(shop: S): readonly object[];
  /** Beside `calls` of the API. */
  counts(shop: S): Record<string, number>;
}

export function openShopSystem<S extends ShopState>({ clock }: { clock: Clock }, system: ShopSystem<S>): Vendor {
  const { name, title, about, columns, signIn, settings, fresh, api, merchant, recorded, counts } = system;
  const shop = { ...fresh(), now: clock, traps: settings.now } as S;
  let calls = 0;
  return {
    ...{ name, title, about, columns, settings },
    ...(signIn ? { signIn } : {}),
    async handle(exchange) {
      if (exchange.path.startsWith('/merchant/')) return merchant(exchange, shop);
      calls += 1;
      const reply = api(exchange, shop);
      return { ...reply, headers: { date: new Date(exchange.at).toUTCString(), ...reply.headers } };
    },
    recorded: () => recorded(shop),
    counts: () => ({ calls, ...counts(shop) }),
    reset: () => void Object.assign(shop, fresh()),
  };
}
