/** How a network's report is read: amounts, separators and words of several countries. */
import { expect, test } from 'vitest';
import { decimalOf, readReport } from '../../../../collector/admin/reconcile/read-report.ts';

test.each([
  ['$1,234.50', '1234.50'],
  ['1.234,50 €', '1234.50'],
  ['1 234,5', '1234.5'],
  ['112', '112'],
  ['1.234', '1234'],
  ['0.00', '0.00'],
  ['-5.00', '-5.00'],
  ['12.5000', '12.5000'],
  ['0.125', '0.125'],
  ['1.092,00', '1092.00'],
  ['1,092,000', '1092000'],
  ["1'092.50", '1092.50'],
  ['12.34567', '12.34567'],
  ['(12.50)', '-12.50'],
  ['12.50-', '-12.50'],
  ['Rs. 1,23,456.50', '123456.50'],
  ['', undefined],
  ['n/a', undefined],
])('the amount %s is read as %s', (cell, decimal) => expect(decimalOf(cell)).toBe(decimal));

test('one sign before three digits is read as the other amounts of the report show', () => {
  expect([decimalOf('1.234', '.'), decimalOf('1.234', ','), decimalOf('1,234', ',')]).toEqual([
    '1.234',
    '1234',
    '1.234',
  ]);
});

/** Order, amount and whether it counts, of each row. */
const rowsOf = (report: string) =>
  readReport(report, {}).rows.map(({ orderId, amount, undone }) => [orderId, amount, undone ? 'undone' : 'stands']);

test.each([
  ['Excel names the separator', 'sep=;\r\nOrder Id;Amount\r\nA1;12,50'],
  [
    'a title and its period stand above',
    'Performance report\n"1 Nov 2026, 00:00 to 30 Nov 2026"\n\nOrder ID,Amount\nA1,12.50',
  ],
  ['bars', 'Order Id|Amount\nA1|12.50'],
  ['commas in names and amounts of a file with semicolons', 'Name;Order Id;Amount\n"Hat, red, large, new";A1;12,50'],
  ['tabs and Macintosh line ends', 'Order Id\tAmount\rA1\t12.50'],
  ['zeros and texts kept by Excel', 'Order Id,Amount\n="A1",="12.50"'],
  ['a last row of sums', 'Order Id,Amount\nA1,12.50\nTotal,12.50'],
  ['German', 'Bestellnummer;Warenkorbwert;Status\nA1;12,50 €;offen'],
  ['French', 'Numéro de commande;Montant HT;Statut\nA1;"12,50";Validé'],
  ['Spanish', 'Número de pedido;Importe;Estado\nA1;12,50;Aprobado'],
  ['Polish', 'Numer zamówienia;Wartość;Status\nA1;12,50;zatwierdzona'],
  ['Greek', 'ΑΡΙΘΜΌΣ ΠΑΡΑΓΓΕΛΊΑΣ;Ποσό;Κατάσταση\nA1;12,50;Εγκεκριμένη'],
  ['Russian', 'Номер заказа;Сумма;Статус\nA1;12,50;подтверждён'],
  ['Japanese', '注文番号,金額,状態\nA1,１２.５０,承認'],
])('a report is read: %s', (_, report) => {
  expect(rowsOf(report).map(([id, amount, stands]) => [id, Number(amount), stands])).toEqual([['A1', 12.5, 'stands']]);
});

test.each([
  ...[
    'Not approved',
    'unapproved',
    'ACTION_STATUS_REVERSED',
    'Chargeback',
    'returned',
    'storniert',
    'abgelehnt',
    'ungültig',
  ],
  ...[
    'Annulé',
    'refusée',
    'rejeté',
    'Cancelado',
    'rechazada',
    'Rifiutato',
    'geannuleerd',
    'Anulowana',
    'zamítnuto',
    'Отклонён',
  ],
  ...['ακυρώθηκε', 'ΑΠΟΡΡΊΦΘΗΚΕ', 'İptal', '却下', '已取消', 'D'],
])('a row that is %s does not count', (word) => {
  expect(rowsOf(`Order Id,Amount,Status\nA1,12.50,${word}`)).toEqual([['A1', '12.50', 'undone']]);
});

test.each([
  'approved',
  'partially refunded',
  'locked',
  'delivered',
  'pending',
  'offen',
  'validé',
  'return window open',
  'in Prüfung',
])('a row that is %s counts', (word) =>
  expect(rowsOf(`Order Id,Amount,Status\nA1,12.50,${word}`)).toEqual([['A1', '12.50', 'stands']]),
);

test('a minus of any kind lies below zero', () => {
  expect(['−5.00', '–5,00', '(5.00)', '5.00-'].map((cell) => Number(decimalOf(cell)))).toEqual([-5, -5, -5, -5]);
});
