/** Bounded load: shoppers who land from a partner, buy, and repeat what was not acknowledged, always under the same order id. */
import { randomOf } from './random.ts';

/** One shopper's landing and order. */
export interface Purchase {
  visitor: string;
  click: string;
  orderId: string;
  total: string;
}

export interface Shoppers {
  /** Every order that was tried. */
  tried: Map<string, Purchase>;
  /** Orders whose conversion was answered with 2xx. */
  acknowledged: Set<string>;
  /** Answers that no collector may give, whatever happens to it. */
  wrong: string[];
  /** Lets everybody finish what they began; afterwards every tried order is acknowledged. */
  finish(): Promise<void>;
}

const PAUSE = 30;
/** An unanswered request is given up after this long, as a browser would when the shopper leaves. */
const PATIENCE = 5_000;
/** Longer than any restart: who gives up fails the run. */
const LONGEST = 90_000;

/** Starts `count` shoppers, one purchase after the other each. `url` may change with every start of the collector. */
export function startShoppers(options: { count: number; seed: number; url: () => string }): Shoppers {
  const { count, seed, url } = options;
  const random = randomOf(seed ^ 0x5bd1e995);
  const tried = new Map<string, Purchase>();
  const acknowledged = new Set<string>();
  const wrong: string[] = [];
  let open = true;
  let last = 0;

  async function shop(): Promise<void> {
    while (open) {
      last += 1;
      const number = String(last).padStart(6, '0');
      const purchase: Purchase = {
        visitor: `visitor-${seed}-${number}`,
        click: `Click${seed}x${number}`,
        orderId: `O-${seed}-${number}`,
        total: `${last}.${String(last % 100).padStart(2, '0')}`,
      };
      tried.set(purchase.orderId, purchase);
      await insist('touch', touchOf(purchase));
      // The order carries no click: it is attributed by the touch alone, so a lost touch would show as a lost sale.
      await insist('conversion', orderOf(purchase));
      acknowledged.add(purchase.orderId);
      if (random() < 0.1) await insist('conversion', orderOf(purchase));
      await pause(PAUSE * random());
    }
  }

  /** Repeats until it is acknowledged. */
  async function insist(route: string, body: object): Promise<void> {
    const until = performance.now() + LONGEST;
    for (;;) {
      const status = await post(`${url()}/t/shop/${route}`, body);
      if (status >= 200 && status < 300) return;
      if (status !== 0 && status !== 503) wrong.push(`${route} was answered with ${status}`);
      if (performance.now() > until) throw new Error(`${route} was not acknowledged in ${LONGEST / 1000} s`);
      await pause(20 + 30 * random());
    }
  }

  const all = Promise.all(Array.from({ length: count }, shop));
  // A failure is told by `finish`, whenever it is asked.
  all.catch(() => undefined);
  return {
    tried,
    acknowledged,
    wrong,
    async finish() {
      open = false;
      await all;
    },
  };
}

/** The status, or 0 where no answer came. */
export async function post(address: string, body: object): Promise<number> {
  try {
    const response = await fetch(address, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { origin: 'https://shop.example' },
      signal: AbortSignal.timeout(PATIENCE),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

export const touchOf = ({ visitor, click }: Purchase): object => ({
  visitor,
  touches: [{ param: 'irclickid', value: click, at: Date.now() }],
  consent: { marketing: 'granted' },
});

export const orderOf = ({ visitor, orderId, total }: Purchase): object => ({
  visitor,
  orderId,
  total,
  currency: 'USD',
  consent: { marketing: 'granted' },
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
