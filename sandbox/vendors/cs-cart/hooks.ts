/** The bundled Zapier add-on: addresses that the shop posts whole orders to, unsigned, once, whatever they answer. */
import { wholeOrder } from './rows.ts';
import type { ShopOrder } from './shop.ts';

export interface Hook {
  id: number;
  hook_url: string;
  trigger_name: string;
}

export type Trigger = 'new_order' | 'order_paid' | 'new_user';

const TRIGGERS: readonly string[] = ['new_order', 'order_paid', 'new_user'];

export interface Hooks {
  list(): readonly Hook[];
  /** A problem in words, or the hook that was made. */
  add(body: Record<string, unknown>): Hook | string;
  remove(id: number): boolean;
  /** Statuses that the addresses answered; 0 where nobody did. */
  fire(trigger: Trigger, order: ShopOrder): Promise<number[]>;
  clear(): void;
}

export function openHooks(): Hooks {
  let hooks: Hook[] = [];
  let next = 1;
  return {
    list: () => hooks,
    add({ hook_url: url, trigger_name: trigger }) {
      if (typeof url !== 'string' || !/^https?:\/\//.test(url) || url.length > 255) return 'hook_url: an address ≤ 255';
      if (typeof trigger !== 'string' || !TRIGGERS.includes(trigger)) return `trigger_name: ${TRIGGERS.join(', ')}`;
      const hook = { id: next++, hook_url: url, trigger_name: trigger };
      hooks.push(hook);
      return hook;
    },
    remove(id) {
      const before = hooks.length;
      hooks = hooks.filter((hook) => hook.id !== id);
      return hooks.length < before;
    },
    async fire(trigger, order) {
      const body = JSON.stringify(wholeOrder(order));
      const headers = { 'content-type': 'application/json' };
      const statuses: number[] = [];
      for (const hook of hooks.filter((one) => one.trigger_name === trigger)) {
        const status = await fetch(hook.hook_url, { method: 'POST', body, headers }).then(
          (response) => response.status,
          () => 0,
        );
        statuses.push(status);
      }
      return statuses;
    },
    clear() {
      hooks = [];
    },
  };
}
