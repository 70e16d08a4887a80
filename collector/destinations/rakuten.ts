/**
 * Rakuten Advertising: sales and what is taken back of them, as lines that add up there.
 * https://docs.metarouter.io/docs/rakuten-sync, https://github.com/rudderlabs/rudder-transformer (read 2026-11)
 */
import { basisOf, basisSetting, linesOn, orderAsTold, withDecimals, worthOf, type Basis } from '../kit/amount.ts';
import { defineDestination, type Outcome } from '../kit/destination.ts';
import { encodePairs } from '../kit/encode.ts';
import type { Settings } from '../kit/setting.ts';
import { days, seconds } from '../lib/duration.ts';
import type { HttpRequest, HttpResponse } from '../model/http.ts';
import type { Order } from '../model/order.ts';
import type { Report } from '../model/report.ts';

const basis = (settings: Settings): Basis => basisOf(settings['amountBasis'], 'net');

/** `20261120_1200`, GMT. */
const minute = (at: number): string => new Date(at).toISOString().slice(0, 16).replace(/-|:/g, '').replace('T', '_');

interface Line {
  name: string;
  quantity: number;
  /** Hundredths, in every currency: a hundred yen are 10000. */
  amount: number;
}

const hundredths = (minor: number, order: Order): number => {
  const { minor: kept, digits } = withDecimals(minor, order, 2);
  return kept * 10 ** (2 - digits);
};

/** `amid:12345|atrv:…|ald:20261120_1200`: the click and when it landed, GMT. */
function readStore(text: string): { value: string; at: number } | undefined {
  const parts = new Map(
    text.split('|').map((part) => [part.slice(0, part.indexOf(':')), part.slice(part.indexOf(':') + 1)]),
  );
  const [value, landed] = [parts.get('atrv'), /^(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)$/.exec(parts.get('ald') ?? '')];
  if (value === undefined || landed === null) return undefined;
  const [year, month, day, hour, minuteOf] = landed.slice(1).map(Number) as [number, number, number, number, number];
  return { value, at: Date.UTC(year, month - 1, day, hour, minuteOf) };
}

/** A pipe parts the lines. */
const plain = (text: string): string => text.replaceAll('|', ' ').trim();

/** Rakuten knows a line by its SKU, so lines of one are one. Without items the order is one line. */
function linesOf(order: Order, on: Basis): Map<string, Line> {
  const lines = new Map<string, Line>();
  const listed = linesOn(order, on);
  if (listed.length === 0)
    return lines.set('ORDER', { name: 'Order', quantity: 1, amount: hundredths(worthOf(order, on), order) });
  for (const { item, minor } of listed) {
    const sku = plain(item.sku) || 'ITEM';
    const known = lines.get(sku) ?? { name: plain(item.name ?? item.sku), quantity: 0, amount: 0 };
    const quantity = Number.isInteger(item.quantity) ? item.quantity : 1;
    lines.set(sku, { ...known, quantity: known.quantity + quantity, amount: known.amount + hundredths(minor, order) });
  }
  return lines;
}

/** What is to be added there so that the order is worth what it is now. Quantities stay positive, amounts say the direction. */
function changedLines(report: Report, on: Basis): Map<string, Line> {
  const [now, told] = [linesOf(report.order, on), linesOf(orderAsTold(report), on)];
  const changed = new Map<string, Line>();
  for (const sku of new Set([...told.keys(), ...now.keys()])) {
    const [before, after] = [told.get(sku), now.get(sku)];
    const amount = (after?.amount ?? 0) - (before?.amount ?? 0);
    if (amount === 0) continue;
    const quantity = Math.abs((after?.quantity ?? 0) - (before?.quantity ?? 0)) || (before ?? after!).quantity;
    changed.set(sku, { name: (after ?? before!).name, quantity, amount });
  }
  return changed;
}

function tell({
  report,
  settings,
  lines,
  at,
}: {
  report: Report;
  settings: Settings;
  lines: Map<string, Line>;
  at: number;
}): HttpRequest {
  const all = [...lines.values()];
  const fields = {
    mid: String(settings['merchantId']),
    ord: report.order.orderId,
    tr: report.click?.value,
    land: report.click && minute(report.click.at),
    date: minute(at),
    cur: report.order.currency,
    skulist: [...lines.keys()].join('|'),
    qlist: all.map(({ quantity }) => quantity).join('|'),
    amtlist: all.map(({ amount }) => amount).join('|'),
    namelist: all.map(({ name }) => name).join('|'),
    coupon: report.order.coupons[0],
    xml: '1',
  };
  return { method: 'GET', url: `${String(settings['baseUrl'])}/ep?${encodePairs(fields)}` };
}

const countOf = (body: string, word: string): number | undefined => {
  const found = RegExp(`<${word}>\\s*(\\d{1,9})\\s*</${word}>`, 'i').exec(body)?.[1];
  return found === undefined ? undefined : Number(found);
};

/** 200 says nothing: the counts of lines do. */
function readAnswer({ status, body }: HttpResponse): Outcome | undefined {
  if (status === 400) return { state: 'held', reason: 'Rakuten has no such merchant id (400): check merchantId' };
  if (status < 200 || status >= 300) return undefined;
  const error = /<error>([^<]{1,200})<\/error>/i.exec(body)?.[1];
  if (error !== undefined)
    return { state: 'held', reason: `Rakuten: ${error}; the account manager must enable this kind of report` };
  const [good, bad] = [countOf(body, 'good'), countOf(body, 'bad')];
  if (good === undefined || bad === undefined)
    return { state: 'retry', ambiguous: true, reason: `Rakuten answered ${status} without counting lines` };
  if (bad === 0)
    return {
      state: 'delivered',
      reason: `recorded by Rakuten: ${good} lines (${/<unique_id>(\w+)</.exec(body)?.[1] ?? 'no id'})`,
    };
  if (good === 0) return { state: 'rejected', reason: `Rakuten refused all ${bad} lines` };
  return {
    state: 'held',
    ambiguous: true,
    reason: `Rakuten took ${good} lines and refused ${bad}: look there and mend it by hand, a repeat would add the good ones again`,
  };
}

export default defineDestination({
  name: 'rakuten',
  title: 'Rakuten Advertising',
  docs: 'https://docs.metarouter.io/docs/rakuten-sync',
  audience: 'attributed',
  transport: 'server',
  ownTag: /\btag\.rmp\.rakuten\.com\b/,
  clickParams: ['ransiteid', 'siteid'],
  cookies: [{ name: 'rmStore', read: readStore }],
  window: days(30),
  needs: { consent: ['marketing'], click: true },
  informs: false,
  limits: { concurrency: 4, deadline: days(30), timeout: seconds(15) },
  // Each call adds, in either direction.
  idempotent: 'delta',
  basis,
  keeps: ['amountBasis'],
  settings: {
    merchantId: {
      label: 'Merchant id (MID)',
      help: 'Beside the company’s name at Rakuten Advertising; up to five digits',
      required: true,
      pattern: /^\d{1,7}$/,
      patternHelp: 'digits only, such as 12345',
    },
    amountBasis: basisSetting('net'),
    baseUrl: { label: 'Address', kind: 'url', default: 'https://track.linksynergy.com' },
  },
  conversion: (report, settings) =>
    tell({ report, settings, lines: linesOf(report.order, basis(settings)), at: report.order.placedAt }),
  modification: (report, settings) =>
    tell({ report, settings, lines: changedLines(report, basis(settings)), at: report.at }),
  reversal: (report, settings) =>
    tell({ report, settings, lines: changedLines(report, basis(settings)), at: report.at }),
  outcome: readAnswer,
  testAdvice:
    'Rakuten’s account manager enables server reports for the merchant id and checks the first one: agree on a test order.',
  evidence: {
    read: '2026-11',
    doubts: [
      'Whether an order that is sent twice is recognised: it is taken for not, so that an unclear answer waits for a person.',
      'Until when a month can be changed: the contract says it.',
    ],
  },
});
