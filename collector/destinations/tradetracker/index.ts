/**
 * TradeTracker: an image in the shopper's browser, for the click stands in TradeTracker's own cookie.
 * https://github.com/tradetracker-com/magento2 (read 2026-11)
 */
import { amountOf, basisOf, basisSetting } from '../../kit/amount.ts';
import { defineDestination } from '../../kit/destination.ts';
import { encodePairs } from '../../kit/encode.ts';
import { days } from '../../lib/duration.ts';

export default defineDestination({
  name: 'tradetracker',
  title: 'TradeTracker',
  docs: 'https://github.com/tradetracker-com/magento2',
  // Its cookie decides whom it credits, so it hears of every order.
  audience: 'every-order',
  transport: 'browser-pixel',
  ownTag: /\btm\.tradetracker\.net\b/,
  clickParams: [],
  needs: { consent: ['marketing'] },
  limits: { deadline: days(1) },
  idempotent: false,
  basis: ({ amountBasis }) => basisOf(amountBasis, 'net'),
  settings: {
    campaignId: {
      label: 'Campaign id',
      help: 'cid in the conversion code at TradeTracker',
      required: true,
      pattern: /^\d{1,10}$/,
      patternHelp: 'digits only',
    },
    productId: {
      label: 'Product id',
      help: 'pid in the same code: the conversion product of a sale',
      required: true,
      pattern: /^\d{1,10}$/,
      patternHelp: 'digits only',
    },
    amountBasis: basisSetting('net'),
    baseUrl: { label: 'Address', kind: 'url', default: 'https://ts.tradetracker.net' },
  },
  fire: ({ order }, settings) => ({
    kind: 'pixel',
    url: `${settings.baseUrl}/?${encodePairs({
      ...{ cid: settings.campaignId, pid: settings.productId, tid: order.orderId, qty: '1', event: 'sale' },
      ...{ tam: amountOf(order, basisOf(settings.amountBasis, 'net')), currency: order.currency, vc: order.coupons[0] },
    })}`,
  }),
  testAdvice:
    'Works where the browser sends TradeTracker’s cookie; Safari, Firefox and Brave do not. Test: click a partner’s link in a clean profile, buy, look into the transactions.',
  evidence: {
    read: '2026-11',
    doubts: [
      'Whether a form from server to server exists: only a third party’s preset names one, so that the browser tells.',
      'How a sale is taken back: in TradeTracker’s interface, so that it becomes a to-do here.',
    ],
  },
});
