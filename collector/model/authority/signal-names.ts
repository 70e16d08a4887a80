/** The signs of invented money by name: sites may set their thresholds, and orders are found by them. */
export const SIGNAL_NAMES = [
  ...(['fast', 'amount', 'click-reused', 'visitor-busy'] as const),
  ...(['address-busy', 'order-id', 'click-id'] as const),
] as const;

export type SignalName = (typeof SIGNAL_NAMES)[number];
