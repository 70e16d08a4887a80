/** Post Affiliate Pro: a sale by its tracking script. https://support.qualityunit.com/038895 (read 2026-11) */
import { amountOf, basisOf, basisSetting } from '../kit/amount.ts';
import { defineDestination, toldUnverified } from '../kit/destination.ts';
import { encodePairs } from '../kit/encode.ts';
import type { Settings } from '../kit/setting.ts';
import { days, seconds } from '../lib/duration.ts';

const basis = (settings: Settings) => basisOf(settings['amountBasis'], 'net');

export default defineDestination({
  name: 'post-affiliate-pro',
  title: 'Post Affiliate Pro',
  docs: 'https://support.qualityunit.com/038895',
  audience: 'attributed',
  transport: 'server',
  clickParams: (settings) => settings.clickParams,
  needs: { consent: ['marketing'] },
  informs: false,
  limits: { concurrency: 4, deadline: days(14), timeout: seconds(15) },
  // Fraud rules may decline a repeated order id, or may not be set.
  idempotent: false,
  basis,
  settings: {
    baseUrl: {
      label: 'Address',
      help: 'Of your Post Affiliate Pro, such as https://shop.postaffiliatepro.com',
      kind: 'url',
      required: true,
    },
    accountId: {
      label: 'Account id',
      help: 'default1 unless you have several',
      default: 'default1',
      pattern: /^\w{1,30}$/,
      patternHelp: 'letters and digits',
    },
    clickParams: {
      label: 'Click parameters',
      help: 'The landing parameter that carries the affiliate, as the links have it',
      kind: 'list',
      default: 'a_aid',
      pattern: /^[\w.-]{1,64}$/,
      patternHelp: 'names of query parameters',
    },
    productId: { label: 'Product id', help: 'Where commissions go by product; none unless given' },
    campaignId: { label: 'Campaign id', help: 'Where a sale belongs to one; none unless given' },
    amountBasis: basisSetting('net'),
  },
  refuse: ({ click, order }) =>
    click === undefined && order.coupons.length === 0
      ? 'Post Affiliate Pro needs an affiliate or a coupon, and the order has neither'
      : undefined,
  // By the affiliate itself, so that no visitor id of its script is needed. All values are texts.
  conversion: ({ order, click }, settings) => ({
    method: 'POST',
    url: `${settings.baseUrl}/scripts/track.php`,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    // Empty parameters of a landing tell its script that this is a sale and no click.
    body: `getParams=&${encodePairs({
      ...{ accountId: settings.accountId, tracking: '1' },
      sale: JSON.stringify([
        {
          ...{ t: amountOf(order, basis(settings)), o: order.orderId, a: click?.value, cr: order.currency },
          ...{ cp: order.coupons[0], p: settings.productId, c: settings.campaignId },
        },
      ]),
    })}`,
  }),
  outcome: ({ status }) => (status >= 200 && status < 300 ? toldUnverified('Post Affiliate Pro') : undefined),
  testAdvice: 'Make one test order through a test affiliate’s link, and look for it under Transactions.',
  evidence: {
    read: '2026-11',
    doubts: [
      'What became of a sale: the script answers nothing of it.',
      'Whether a repeated order id counts: set up a fraud rule that declines it.',
      'Refunds go by a session of the merchant panel’s own protocol, so that they become a to-do here.',
    ],
  },
});
