/** The registry of the sandbox's vendors, in the order in which its page shows them. */
import { apifon } from './apifon.ts';
import { cartstack } from './cartstack.ts';
import { csCart } from './cs-cart.ts';
import { impact } from './impact.ts';
import { postback } from './postback.ts';
import { tracker } from './tracker.ts';
import type { VendorFactory } from './vendor.ts';
import { vtmarketing } from './vtmarketing.ts';

export const vendorFactories: readonly VendorFactory[] = [
  impact,
  cartstack,
  vtmarketing,
  tracker,
  postback,
  csCart,
  apifon,
];
