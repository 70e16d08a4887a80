/** The registry of the sandbox's vendors, in the order in which its page shows them. */
import { apifon } from './vendors/apifon/index.ts';
import { awin } from './vendors/awin/index.ts';
import { bigcommerce } from './vendors/bigcommerce/index.ts';
import { cartstack } from './vendors/cartstack.ts';
import { cj } from './vendors/cj/index.ts';
import { csCart } from './vendors/cs-cart/index.ts';
import { dub } from './vendors/dub.ts';
import { everflow } from './vendors/everflow.ts';
import { impact } from './vendors/impact/index.ts';
import { magento } from './vendors/magento/index.ts';
import { partnerize } from './vendors/partnerize/index.ts';
import { postback } from './vendors/postback.ts';
import { rakuten } from './vendors/rakuten.ts';
import { admitad } from './vendors/admitad.ts';
import { daisycon } from './vendors/daisycon.ts';
import { firstpromoter } from './vendors/firstpromoter.ts';
import { lemonSqueezy } from './vendors/lemon-squeezy/index.ts';
import { paddle } from './vendors/paddle/index.ts';
import { prestashop } from './vendors/prestashop/index.ts';
import { shopware } from './vendors/shopware/index.ts';
import { shopify } from './vendors/shopify/index.ts';
import { stripe } from './vendors/stripe/index.ts';
import { tapfiliate } from './vendors/tapfiliate.ts';
import { partnerstack } from './vendors/partnerstack.ts';
import { postAffiliatePro } from './vendors/post-affiliate-pro.ts';
import { refersion } from './vendors/refersion.ts';
import { webgains } from './vendors/webgains.ts';
import { tracker } from './vendors/tracker.ts';
import { tradedoubler } from './vendors/tradedoubler/index.ts';
import { tradetracker } from './vendors/tradetracker/index.ts';
import { tune } from './vendors/tune.ts';
import type { VendorFactory } from './vendor.ts';
import { woocommerce } from './vendors/woocommerce/index.ts';
import { vtmarketing } from './vendors/vtmarketing/index.ts';

export const vendorFactories: readonly VendorFactory[] = [
  impact,
  awin,
  everflow,
  tune,
  cj,
  rakuten,
  dub,
  partnerize,
  tradedoubler,
  admitad,
  tapfiliate,
  daisycon,
  firstpromoter,
  webgains,
  partnerstack,
  postAffiliatePro,
  refersion,
  tradetracker,
  cartstack,
  vtmarketing,
  tracker,
  postback,
  csCart,
  woocommerce,
  shopify,
  stripe,
  shopware,
  magento,
  bigcommerce,
  prestashop,
  paddle,
  lemonSqueezy,
  apifon,
];
