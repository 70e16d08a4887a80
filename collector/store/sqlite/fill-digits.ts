/** The rows of migration 5: which decimals the amounts of older orders have, what showed it, and what was not to be known. */
import type Database from 'better-sqlite3';
import { digitsOf } from '../../../wire/currency-digits.ts';
import type { Order } from '../../model/order.ts';
import { formatUnits } from '../../lib/money.ts';
import { auditTable } from './audit.ts';

/**
 * Currencies that some runtime counted otherwise than ISO 4217, in one release or the other (CLDR's `fractions`, ICU 67 to 78). All others
 * have always had the standard's decimals.
 */
const DOUBTFUL = new Set(
  'AFN ALL AMD BYR COP CRC CZK GYD HUF IDR IQD IRR KPW LAK LBP MGA MMK MNT MRO MUR NOK PKR RSD SEK SLL SOS STD SYP TWD TZS UGX UYI UZS VEF YER ZMK ZWL'.split(
    ' ',
  ),
);

/** What showed the decimals of a row. */
type Evidence = 'what was told' | 'other orders of the currency' | 'this runtime';

interface Finding {
  currency: string;
  digits: number;
  evidence: Evidence;
  orders: number;
}

interface DoubtfulRow {
  site: string;
  order_id: string;
  body: string;
  requests: string | null;
}

/** `runtimeDigits` is what the running Node counts: what every amount was written and read with until now. */
export function fillDigits(given: {
  db: Database.Database;
  now: number;
  runtimeDigits?: (currency: string) => number;
}): void {
  const { db, now, runtimeDigits = digitsOfRuntime } = given;
  const currencies = db
    .prepare<[], string>(
      `SELECT DISTINCT json_extract(body, '$.currency') FROM orders WHERE json_extract(body, '$.digits') IS NULL`,
    )
    .pluck()
    .all() as string[];
  const findings: Finding[] = [];
  for (const currency of currencies) {
    const standard = digitsOf(currency);
    if (!DOUBTFUL.has(currency) && runtimeDigits(currency) === standard) fillCurrency(db, currency, standard);
    else findings.push(...fillDoubtful({ db, currency, runtime: runtimeDigits(currency) }));
  }
  const audit = auditTable(db);
  for (const finding of findings)
    audit.add(
      { at: now, actor: 'migration 0005-digits', action: 'decimals of amounts', detail: tellFinding(finding) },
      now,
    );
}

function tellFinding({ currency, digits, evidence, orders }: Finding): string {
  const standard = digitsOf(currency);
  const kept =
    digits === standard
      ? 'as in ISO 4217'
      : `ISO 4217 has ${standard}; their amounts stay what they were, new orders have ${standard}`;
  return `${currency}: ${digits} decimals in what was stored before (${orders}), by ${evidence}: ${kept}`;
}

function fillCurrency(db: Database.Database, currency: string, digits: number): void {
  db.prepare(
    `UPDATE orders SET body = json_set(body, '$.digits', ?) WHERE json_extract(body, '$.currency') = ? AND json_extract(body, '$.digits') IS NULL`,
  ).run(digits, currency);
  db.prepare(
    `UPDATE delivery SET report = json_set(report, '$.order.digits', ?)
     WHERE json_extract(report, '$.order.currency') = ? AND json_extract(report, '$.order.digits') IS NULL`,
  ).run(digits, currency);
}

/** Order by order: by what its own reports said, else by what those of the others said, else as this runtime counts. */
function fillDoubtful(given: { db: Database.Database; currency: string; runtime: number }): Finding[] {
  const { db, currency, runtime } = given;
  const rows = db
    .prepare<[string], DoubtfulRow>(
      `SELECT o.site, o.order_id, o.body,
        (SELECT group_concat(a.request, char(10)) FROM delivery d JOIN attempt a ON a.delivery = d.id
         WHERE d.site = o.site AND d.order_id = o.order_id AND a.purpose = 'report') AS requests
       FROM orders o WHERE json_extract(o.body, '$.currency') = ? AND json_extract(o.body, '$.digits') IS NULL`,
    )
    .all(currency);
  const candidates = [...new Set([runtime, digitsOf(currency), 0, 2])];
  const shown = rows.map((row) => shownBy(row, candidates));
  const seen = new Set(shown.filter((digits) => digits !== undefined));
  const others = seen.size === 1 ? [...seen][0] : undefined;
  const setOrder = db.prepare(`UPDATE orders SET body = json_set(body, '$.digits', ?) WHERE site = ? AND order_id = ?`);
  const setReports = db.prepare(
    `UPDATE delivery SET report = json_set(report, '$.order.digits', ?) WHERE site = ? AND order_id = ?`,
  );
  const counts = new Map<string, Finding>();
  rows.forEach(({ site, order_id: orderId }, index) => {
    const own = shown[index];
    const digits = own ?? others ?? runtime;
    setOrder.run(digits, site, orderId);
    setReports.run(digits, site, orderId);
    const evidence = own === undefined ? withoutOwn(others) : 'what was told';
    const key = `${digits} ${evidence}`;
    counts.set(key, { currency, digits, evidence, orders: (counts.get(key)?.orders ?? 0) + 1 });
  });
  return [...counts.values()];
}

const withoutOwn = (others: number | undefined): Evidence =>
  others === undefined ? 'this runtime' : 'other orders of the currency';

/** The decimals with which an amount of the order stands in what was sent, where only one way of writing it does. */
function shownBy({ body, requests }: DoubtfulRow, candidates: readonly number[]): number | undefined {
  if (requests === null) return undefined;
  const { total, subtotal, shipping = 0, tax = 0 } = JSON.parse(body) as Order;
  const amounts = [total, subtotal, total - shipping - tax].filter((minor) => minor !== undefined && minor > 0);
  const fits = candidates.filter((digits) =>
    amounts.some((minor) => {
      const text = formatUnits(minor!, digits).replaceAll('.', '\\.');
      return RegExp(`[=:>"|](?:${text})(?![\\d.])`).test(requests);
    }),
  );
  return fits.length === 1 ? fits[0] : undefined;
}

function digitsOfRuntime(currency: string): number {
  try {
    const { maximumFractionDigits } = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
    return maximumFractionDigits ?? 2;
  } catch {
    return 2; // No code of three letters: such an order was never taken.
  }
}
