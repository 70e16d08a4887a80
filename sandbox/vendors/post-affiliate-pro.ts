/** Post Affiliate Pro in the sandbox: its tracking script, which answers nothing where an affiliate is named. https://support.qualityunit.com/038895 */
import { isJson, type Json, shapeProblems, text } from '../fields/shape.ts';
import { readForm } from '../form.ts';
import { createSettings } from '../settings.ts';
import type { Vendor, VendorFactory } from '../vendor.ts';

interface Sale {
  at: string;
  orderId: string;
  affiliate: string;
  total: string;
  currency: string;
  duplicates: number;
}

const decimal = text({ pattern: /^\d{1,12}(\.\d{1,3})?$/ });
const SALE = {
  required: { t: decimal, o: text() },
  optional: { a: text(), cp: text(), cr: text({ pattern: /^[A-Z]{3}$/ }), p: text(), c: text(), s: text(), ts: text() },
};

export const postAffiliatePro: VendorFactory = (): Vendor => {
  const settings = createSettings({
    affiliates: [] as string[],
    /** A fraud rule that declines an order id which is known. */
    declinesRepeats: true,
  });
  const sales: Sale[] = [];
  const counts = { lost: 0 };

  function take(sale: Json, at: number): void {
    const known = sales.find(({ orderId }) => orderId === sale['o']);
    const affiliate = String(sale['a'] ?? sale['cp'] ?? '');
    const unknown = settings.now.affiliates.length > 0 && !settings.now.affiliates.includes(affiliate);
    if (affiliate === '' || unknown || shapeProblems(sale, SALE).length > 0) counts.lost += 1;
    else if (known && settings.now.declinesRepeats) known.duplicates += 1;
    else
      sales.push({
        ...{ at: new Date(at).toISOString(), orderId: String(sale['o']), affiliate, total: String(sale['t']) },
        ...{ currency: String(sale['cr'] ?? ''), duplicates: 0 },
      });
  }

  return {
    name: 'post-affiliate-pro',
    title: 'Post Affiliate Pro',
    about: 'The tracking script of your own installation: sales by affiliate or coupon, an empty page for an answer.',
    columns: ['at', 'orderId', 'affiliate', 'total', 'currency', 'duplicates'],
    settings,
    handle({ method, path, body, at }) {
      if (method !== 'POST' || path !== '/scripts/track.php') return { status: 404 };
      const { fields, problems } = readForm(body);
      const list = problems.length === 0 && fields.has('accountId') ? listOf(fields.get('sale') ?? '') : [];
      if (list.length === 0) counts.lost += 1;
      for (const sale of list) take(sale, at);
      return { status: 200, body: '' };
    },
    recorded: () => sales,
    counts: () => ({ sales: sales.length, ...counts }),
    reset() {
      sales.length = 0;
      counts.lost = 0;
    },
  };
};

function listOf(body: string): Json[] {
  try {
    const value: unknown = JSON.parse(body);
    return Array.isArray(value) ? value.filter(isJson) : [];
  } catch {
    return []; // a sale that can't be read is lost there
  }
}
