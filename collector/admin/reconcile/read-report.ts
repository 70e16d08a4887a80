/** Reads a network's report: which column says what, and amounts in the spellings of several countries. Pure. */
import type { ReportRow } from '../../kit/report/own-report.ts';
import { parseCsv } from '../../lib/text/csv.ts';

/** A report that can't be compared, and what to do about it. */
export class ReportError extends Error {
  override name = 'ReportError';
  /** The columns that it has, where nobody knows which of them holds the order id. */
  columns: readonly string[] | undefined;
  constructor(message: string, columns?: readonly string[]) {
    super(message);
    this.columns = columns;
  }
}

export interface Columns {
  order?: string;
  amount?: string;
  status?: string;
}

/**
 * Names that networks give to these columns, preferred first; compared without case, spaces and signs. Where an export numbers its own rows
 * (Awin's "Transaction ID", Everflow's "conversion_id") the column of the shop's number comes before it here.
 */
const GUESSES: Record<keyof Columns, readonly RegExp[]> = {
  order: [
    /^(order(id|ref|reference|number|nr|no)|oid|ordernumberleadnumber|order(or)?leadnumber)$/,
    /^(advertiser|client|merchant|shop)orderid$/,
    // Partnerize; Dub; TUNE; Tapfiliate and FirstPromoter.
    /^(conversionref(erence)?|invoice(id|number)?|adv(ertiser)?sub(id)?1?|externalid|eventid)$/,
    /^(order|reference)$/,
    /^transactionid$/,
  ],
  amount: [
    /^(saleamount|ordervalue|orderamount|ordertotal|itemvalue|saletotal|salevalue|transactionvalue|conversionvalue|ordersum)([a-z]{3})?$/,
    /^(netamount|grosssales|sales|revenue|subtotal|total|sale|value|amount|cart)([a-z]{3})?$/,
  ],
  status: [/^(action|commission|transaction|approval|conversion|item|order|payment)?status$/, /^state$/],
};
/** Words for "does not count" among the statuses of networks; Tradedoubler has one letter for it. */
const UNDONE =
  /^(reversed|reversal|declined|denied|rejected|cancelled|canceled|deleted|void|voided|refused|refunded|fraud|duplicate|disapproved|invalid)|^d$/i;

/** What is paid out, or locked for it. */
const PAID = /^(paid|closed|cleared)\b/i;

export function readReport(text: string, named: Columns): { columns: Columns; rows: ReportRow[] } {
  const [header, ...lines] = parseCsv(text);
  if (!header) throw new ReportError('The report is empty.');
  const columns: Columns = {};
  for (const role of ['order', 'amount', 'status'] as const) {
    const wanted = named[role];
    const found =
      wanted === undefined
        ? GUESSES[role]
            .map((guess) => header.find((name) => guess.test(plain(name))))
            .find((name) => name !== undefined)
        : header.find((name) => plain(name) === plain(wanted));
    if (found !== undefined) columns[role] = found;
    else if (wanted !== undefined)
      throw new ReportError(`The report has no column "${wanted}"; it has ${header.join(', ')}.`);
  }
  if (columns.order === undefined)
    throw new ReportError(
      `Which column holds the order id? Name it with --order-column: ${header.join(', ')}.`,
      header,
    );
  const at = (role: keyof Columns): number => (columns[role] === undefined ? -1 : header.indexOf(columns[role]));
  const [order, amount, status] = [at('order'), at('amount'), at('status')];
  const comma = decimalSign(lines.map((cells) => cells[amount]));
  const rows = lines.flatMap((cells): ReportRow[] => {
    const orderId = (cells[order] ?? '').trim().replace(/^'/, '');
    const word = (cells[status] ?? '').trim();
    if (orderId === '') return [];
    const [undone, paid] = [UNDONE.test(word), PAID.test(word)];
    return [{ orderId, amount: decimalOf(cells[amount], comma), undone, status: word, ...(paid ? { paid } : {}) }];
  });
  return { columns, rows };
}

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

type Sign = '.' | ',';

/**
 * `$1,234.50`, `1.234,50 €`, `1'234.5`, `12.5000` and `(12.50)` alike; undefined for what is no amount. Of two signs the last one is the
 * decimal one, a repeated one groups. One sign alone before three digits says nothing by itself: then `sign` decides, which the other amounts
 * of the report show, and without it the sign groups, since reports write cents or nothing.
 */
export function decimalOf(cell: string | undefined, sign?: Sign): string | undefined {
  const text = (cell ?? '').replace(/[^\d.,()-]/g, '').replace(/^[.,]+|[.,]+$/g, '');
  const [, before, digits, after] = /^([-(]?)(\d[\d.,]*)([-)]?)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const decimal = decimalSignOf(digits) ?? (isAmbiguous(digits) ? sign : undefined);
  const at = decimal === undefined ? -1 : digits.lastIndexOf(decimal);
  const [whole, fraction] = at < 0 ? [digits, ''] : [digits.slice(0, at), digits.slice(at + 1)];
  const minus = before !== '' || after !== '' ? '-' : '';
  return `${minus}${whole.replace(/[.,]/g, '')}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The sign of the decimals where the text shows it. */
function decimalSignOf(digits: string): Sign | undefined {
  const signs = [...digits.matchAll(/[.,]/g)].map(([sign]) => sign as Sign);
  const last = signs.at(-1);
  if (last === undefined || isAmbiguous(digits)) return undefined;
  return signs.filter((sign) => sign === last).length === 1 ? last : undefined;
}

const isAmbiguous = (digits: string): boolean => /^[1-9]\d{0,2}[.,]\d{3}$/.test(digits);

/** What the unambiguous amounts of a report use before their decimals; undefined where they don't agree. */
function decimalSign(cells: readonly (string | undefined)[]): Sign | undefined {
  const found = new Set(cells.map((cell) => decimalSignOf((cell ?? '').replace(/[^\d.,]/g, ''))));
  found.delete(undefined);
  return found.size === 1 ? [...found][0] : undefined;
}
