/** The order statuses of the sandbox shop: CS-Cart's built-in letters with the flags that decide what they mean, and room for more. */

export interface ShopStatus {
  status_id: string;
  status: string;
  type: string;
  is_default: string;
  description: string;
  params: Record<string, string>;
}

const BUILT_IN: readonly [letter: string, description: string, paid: 'Y' | 'N', inventory: 'D' | 'I'][] = [
  ['P', 'Processed', 'Y', 'D'],
  ['C', 'Complete', 'Y', 'D'],
  ['O', 'Open', 'N', 'D'],
  ['F', 'Failed', 'N', 'I'],
  ['D', 'Declined', 'N', 'I'],
  ['B', 'Backordered', 'N', 'D'],
  ['I', 'Canceled', 'N', 'I'],
  ['Y', 'Awaiting call', 'N', 'D'],
];

export function builtInStatuses(): ShopStatus[] {
  return BUILT_IN.map(([letter, description, paid, inventory], index) => ({
    ...shopStatus(letter, description, { payment_received: paid, inventory }),
    status_id: String(index + 1),
    is_default: 'Y',
  }));
}

/** A status that a merchant has added; its letter says nothing about its meaning. */
export function shopStatus(letter: string, description: string, params: Record<string, string>): ShopStatus {
  return { status_id: '100', status: letter, type: 'O', is_default: 'N', description, params };
}
