/** Rakuten in the sandbox: lines add up for ever, whatever is repeated; the answer counts them. https://docs.metarouter.io/docs/rakuten-sync */
import { ANY, CURRENCY, DIGITS, readQuery } from '../fields/query.ts';
import type { Exchange, Reply } from '../reply.ts';
import { createSettings } from '../settings.ts';
import type { Vendor, VendorFactory } from '../vendor.ts';

interface OrderBook {
  at: string;
  orderId: string;
  click: string;
  currency: string;
  /** Hundredths by SKU, all calls together. */
  lines: Record<string, number>;
  /** Hundredths. */
  amount: number;
  calls: number;
  dates: string[];
}

const MINUTE = /^\d{8}_\d{4}$/;
const LIST = /^.{1,4000}$/s;
const PARAMETERS = {
  required: {
    ...{ mid: DIGITS, ord: ANY, tr: /^[\w.~-]{10,64}$/, land: MINUTE, cur: CURRENCY },
    ...{ skulist: LIST, qlist: /^\d+(\|\d+)*$/, amtlist: /^-?\d+(\|-?\d+)*$/, namelist: LIST },
  },
  optional: { date: MINUTE, coupon: ANY, xml: /^1$/ },
};

export const rakuten: VendorFactory = (): Vendor => {
  const settings = createSettings({
    merchantId: '',
    /** Off: the account manager has not enabled this kind of report. */
    enabled: true,
    /** SKUs that are refused line by line. */
    badSkus: [] as string[],
  });
  const rules = settings.now;
  const orders = new Map<string, OrderBook>();
  const counts = { calls: 0, refused: 0 };

  const counted = (good: number, bad: number): Reply =>
    xml(
      `<unique_id>${counts.calls}</unique_id><summary><transactions><good>${good}</good><bad>${bad}</bad></transactions></summary>`,
    );

  function handle(exchange: Exchange): Reply {
    if (exchange.path !== '/ep' || exchange.method !== 'GET') return { status: 404 };
    const { fields, problems } = readQuery(exchange, PARAMETERS);
    const lists = ['skulist', 'qlist', 'amtlist', 'namelist'].map((name) => (fields[name] ?? '').split('|'));
    const uneven = new Set(lists.map(({ length }) => length)).size > 1;
    if (rules.merchantId !== '' && fields['mid'] !== rules.merchantId)
      return { status: 400, headers: { 'content-type': 'text/html' }, body: '<html><body>Bad Request</body></html>' };
    if (!rules.enabled) return xml('<error>Access denied</error>');
    const [skus, , amounts] = lists as [string[], string[], string[], string[]];
    // Everything is refused where a list is uneven: no line can be told from another.
    if (problems.length > 0 || uneven || (fields['land'] ?? '') > (fields['date'] ?? '9')) {
      counts.refused += 1;
      return counted(0, Math.max(1, skus.length));
    }
    counts.calls += 1;
    const book = orders.get(fields['ord']!) ?? fresh(fields, exchange.at);
    orders.set(book.orderId, book);
    book.calls += 1;
    book.dates.push(fields['date'] ?? '');
    const good = skus.filter((sku) => !rules.badSkus.includes(sku));
    skus.forEach((sku, index) => {
      if (rules.badSkus.includes(sku)) return;
      book.lines[sku] = (book.lines[sku] ?? 0) + Number(amounts[index]);
      book.amount += Number(amounts[index]);
    });
    return counted(good.length, skus.length - good.length);
  }

  return {
    name: 'rakuten',
    title: 'Rakuten Advertising',
    about: 'Lines in hundredths, which add up whatever is repeated; the answer counts good and bad ones.',
    columns: ['at', 'orderId', 'click', 'currency', 'amount', 'lines', 'calls', 'dates'],
    settings,
    handle,
    recorded: () => [...orders.values()],
    counts: () => ({ orders: orders.size, ...counts }),
    reset() {
      orders.clear();
      Object.assign(counts, { calls: 0, refused: 0 });
    },
  };
};

const fresh = (fields: Record<string, string>, at: number): OrderBook => ({
  at: new Date(at).toISOString(),
  orderId: fields['ord']!,
  click: fields['tr']!,
  currency: fields['cur']!,
  ...{ lines: {}, amount: 0, calls: 0, dates: [] },
});

const xml = (inner: string): Reply => ({
  status: 200,
  headers: { 'content-type': 'text/xml; charset=utf-8' },
  body: `<response>${inner}</response>`,
});
