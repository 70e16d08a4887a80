/** TradeTracker in the sandbox: an image whose visitor is known by a cookie of its own domain. https://github.com/tradetracker-com/magento2 */
import { AMOUNT, ANY, CURRENCY, DIGITS, readQuery } from '../../fields/query.ts';
import { createSettings } from '../../settings.ts';
import type { Vendor, VendorFactory } from '../../vendor.ts';

interface Sale {
  at: string;
  orderId: string;
  amount: string;
  currency: string;
  /** Of the cookie; empty where the browser sent none, and nobody is paid. */
  click: string;
  duplicates: number;
}

const PIXEL = {
  required: { cid: DIGITS, pid: DIGITS, tid: ANY, tam: AMOUNT, qty: DIGITS, event: /^(sale|sales|lead)$/ },
  optional: { tgi: DIGITS, data: ANY, descrMerchant: ANY, descrAffiliate: ANY, currency: CURRENCY, vc: ANY },
};

export const tradetracker: VendorFactory = (): Vendor => {
  const settings = createSettings({ campaignId: '' });
  const sales = new Map<string, Sale>();
  const counts = { lost: 0 };
  return {
    name: 'tradetracker',
    title: 'TradeTracker',
    about: 'An image in the shopper’s browser; whom it credits stands in a cookie of its own domain.',
    columns: ['at', 'orderId', 'amount', 'currency', 'click', 'duplicates'],
    settings,
    handle(exchange) {
      const { fields, problems } = readQuery(exchange, PIXEL);
      const known = sales.get(fields['tid'] ?? '');
      const foreign = settings.now.campaignId !== '' && fields['cid'] !== settings.now.campaignId;
      if (problems.length > 0 || foreign) counts.lost += 1;
      else if (known) known.duplicates += 1;
      else
        sales.set(fields['tid']!, {
          ...{ at: new Date(exchange.at).toISOString(), orderId: fields['tid']!, amount: fields['tam']! },
          ...{ currency: fields['currency'] ?? '', duplicates: 0 },
          click: /TT2_\d+=([^;]+)/.exec(exchange.headers['cookie'] ?? '')?.[1] ?? '',
        });
      return { status: 200, headers: { 'content-type': 'image/gif' }, body: 'GIF89a' };
    },
    recorded: () => [...sales.values()],
    counts: () => ({ sales: sales.size, ...counts }),
    reset() {
      sales.clear();
      counts.lost = 0;
    },
  };
};
