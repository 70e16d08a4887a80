/** Reads a network's report: which column says what, and amounts in the spellings of several countries. Pure. */
import { tidyOrderId } from '../../../wire/order-id.ts';
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
    // As spreadsheets name it in other languages.
    /^(bestell|auftrags?)(nummer|nr|id)$|^(numero|no|n|num|id)(de(la)?)?(commande|pedido|orden|ordine|encomenda|compra)$|^(id)?(commande|pedido|ordine)(id|nr)?$/,
    /^(order|bestel|tilaus|bestillings|ordre)(nummer|numero|nr)$|^(numer|nr|id)(zamowienia)$|^(cislo)?objednavk[ay]$|^(numar|nr)comanda$|^rendelesszam$/,
    /^(номерзаказа|номернапоръчка|номерзамовлення|αριθμοσπαραγγελιασ|κωδικοσπαραγγελιασ|παραγγελια|siparisno|siparisnumarasi|注文番号|订单号|訂單號|주문번호)$/,
  ],
  amount: [
    /^(saleamount|ordervalue|orderamount|ordertotal|itemvalue|saletotal|salevalue|transactionvalue|conversionvalue|ordersum)([a-z]{3})?$/,
    /^(netamount|grosssales|sales|revenue|subtotal|total|totalcost|sale|value|amount|amt|cart)([a-z]{3})?$/,
    /^((bestell|auftrags?|waren(korb)?|netto|verkaufs)?(wert|summe|betrag)|umsatz|montant(ht|ttc)?|importe|importo|valor|bedrag|omzet|belopp|belob|summa|suma|castka|osszeg|kwota|wartosc)([a-z]{3})?$/,
    /^(сумма|сума|стоимость|ποσο|αξια|συνολο|tutar|金額|金额|금액)$/,
  ],
  status: [
    /^(action|commission|transaction|approval|conversion|item|order|payment)?status$/,
    /^(state|statut|stav|stan|estado|stato|tila|allapot|stare|durum|статус|состояние|κατασταση|状態|ステータス|状态|상태)$/,
  ],
};
/** Where the report numbers its own lines: two that are the same in every cell are then one that it holds twice. */
const LINE_NUMBER = /^(action|transaction|commission|conversion|conversionitem|correlation|sale|event)?id$/;
/** Of the sale, not of what is paid out for it. */
const CURRENCY =
  /^(sale|order|saleamount|transaction)?currency(code)?$|^(wahrung|devise|moneda|valuta|waluta|mena|валюта|νομισμα|通貨)$/;
/**
 * Words for "does not count" among the statuses of networks and in their languages, also behind a prefix (`ACTION_REVERSED`); Tradedoubler
 * has one letter for it.
 */
const UNDONE =
  /^((action|status|commission|transaction)[ _-]+)*(reversed|reversal|declined|denied|rejected|cancell?ed|deleted|void|voided|refused|refunded|returned|charge ?back|fraud|duplicate|disapproved|unapproved|invalid|not[ _-]?(approved|accepted|valid)|storn|abgelehnt|ungultig|annul|refus|rejet|cancelad|rechazad|recusad|rifiutat|geannuleerd|afgekeurd|afgewezen|odrzucon|anulowan|zamitnut|zrusen|avvis|avbrut|annuller|reddedil|iptal|отклонен|отменен|отхвърлен|відхилен|ακυρ|απορριφθ|却下|キャンセル|已取消|拒绝|거절|취소)|^d$/;
/** A last row that adds the others up. */
const SUM = /^(grand)?total[se]?$|^(gesamt)?summe$|^gesamt$|^totaal$|^suma$|^итого$|^συνολο$/;
/** Rows above the columns that a report may begin with: its title, its period. */
const MOST_ABOVE = 20;

/** What is paid out, or locked for it. */
const PAID = /^(paid|closed|cleared)\b/i;

export function readReport(text: string, named: Columns): { columns: Columns; rows: ReportRow[] } {
  const all = parseCsv(text);
  const names = (row: readonly string[]): boolean =>
    named.order === undefined
      ? GUESSES.order.some((guess) => row.some((name) => guess.test(plain(name))))
      : row.some((name) => plain(name) === plain(named.order!));
  const top = all.slice(0, MOST_ABOVE).findIndex((row) => row.length > 1 && names(row));
  const [header, ...lines] = all.slice(Math.max(0, top));
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
  const number = header.findIndex((name, index) => index !== order && LINE_NUMBER.test(plain(name)));
  const money = header.findIndex((name) => CURRENCY.test(plain(name)));
  const seen = new Set<string>();
  const rows = lines.flatMap((cells): ReportRow[] => {
    if ((cells[number] ?? '') !== '') {
      const whole = JSON.stringify(cells);
      if (seen.has(whole)) return [];
      seen.add(whole);
    }
    // Spreadsheets keep the zeros of `00012` by `="00012"` or an apostrophe.
    const orderId = tidyOrderId((cells[order] ?? '').replace(/^\s*(?:="(.*)"|'?(.*?))\s*$/, '$1$2'));
    const word = (cells[status] ?? '').trim();
    if (orderId === '' || SUM.test(plain(orderId))) return [];
    const [undone, paid] = [UNDONE.test(lower(word)), PAID.test(word)];
    const currency = /^[A-Z]{3}$/.exec((cells[money] ?? '').trim().toUpperCase())?.[0];
    return [
      {
        ...{ orderId, amount: decimalOf(cells[amount], comma), undone, status: word },
        ...(paid ? { paid } : {}),
        ...(currency === undefined ? {} : { currency }),
      },
    ];
  });
  return { columns, rows };
}

/** Without case and accents, which are the keyboard's. */
const lower = (text: string): string =>
  text.toUpperCase().toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ς', 'σ').replaceAll('ł', 'l');

const plain = (name: string): string => lower(name).replace(/[^\p{L}\p{N}]/gu, '');

type Sign = '.' | ',';

/**
 * `$1,234.50`, `1.234,50 €`, `1'234.5`, `12.5000` and `(12.50)` alike; undefined for what is no amount. Of two signs the last one is the
 * decimal one, a repeated one groups. One sign alone before three digits says nothing by itself: then `sign` decides, which the other amounts
 * of the report show, and without it the sign groups, since reports write cents or nothing.
 */
export function decimalOf(cell: string | undefined, sign?: Sign): string | undefined {
  const text = asciiOf(cell)
    .replace(/[^\d.,()-]/g, '')
    .replace(/^[.,]+|[.,]+$/g, '');
  const [, before, digits, after] = /^([-(]?)(\d[\d.,]*)([-)]?)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const decimal = decimalSignOf(digits) ?? (isAmbiguous(digits) ? sign : undefined);
  const at = decimal === undefined ? -1 : digits.lastIndexOf(decimal);
  const [whole, fraction] = at < 0 ? [digits, ''] : [digits.slice(0, at), digits.slice(at + 1)];
  const minus = before !== '' || after !== '' ? '-' : '';
  return `${minus}${whole.replace(/[.,]/g, '')}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Full-width digits and every kind of minus as ASCII. */
const asciiOf = (cell: string | undefined): string => (cell ?? '').normalize('NFKC').replace(/[−–—]/g, '-');

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
  const found = new Set(cells.map((cell) => decimalSignOf(asciiOf(cell).replace(/[^\d.,]/g, ''))));
  found.delete(undefined);
  return found.size === 1 ? [...found][0] : undefined;
}
