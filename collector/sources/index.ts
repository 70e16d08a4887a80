/** The registry of sources. */
import type { Source } from '../kit/source.ts';
import bigcommerce from './bigcommerce/index.ts';
import csCart from './cs-cart/index.ts';
import lemonSqueezy from './lemon-squeezy/index.ts';
import magento from './magento/index.ts';
import paddle from './paddle/index.ts';
import prestashop from './prestashop/index.ts';
import shopify from './shopify/index.ts';
import shopware from './shopware/index.ts';
import stripe from './stripe/index.ts';
import woocommerce from './woocommerce/index.ts';

export const sources: readonly Source[] = [
  ...[csCart, woocommerce, shopify, stripe, shopware, magento, bigcommerce, prestashop, paddle, lemonSqueezy],
];
