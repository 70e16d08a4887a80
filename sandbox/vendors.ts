/** The registry of the sandbox's vendors, in the order in which its page shows them. */
import { impact } from './impact.ts';
import type { VendorFactory } from './vendor.ts';

export const vendorFactories: readonly VendorFactory[] = [impact];
