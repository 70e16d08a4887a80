import { expect, test } from 'vitest';
import { readChangedStatus, readOrderStatus } from '../../../../collector/intake/parts/read-status.ts';

const read = (status: unknown, reader: 'report' | 'change' = 'report') => {
  const refused: string[] = [];
  const warned: string[] = [];
  const notes = {
    refuse: (field: string) => void refused.push(field),
    warn: (field: string) => void warned.push(field),
  };
  const meant =
    reader === 'report' ? readOrderStatus(status, { ...notes, strict: false }) : readChangedStatus(status, notes);
  return { meant, refused, warned };
};

test.each([
  ['approved', ['Completed', 'wc-completed', 'Payment accepted', 'partially_refunded', 'succeeded', 'accepted']],
  ['pending', ['wc-on-hold', 'new', 'partially_paid', 'payment_pending', 'Authorized']],
  ['cancelled', ['canceled', 'wc-failed', 'VOIDED', 'rejected', 'payment declined']],
  ['refunded', ['Fully refunded', 'wc-refunded', 'REFUNDED', 'charge-back', 'returned']],
] as const)('%s in the words of shops, in a report and in a change', (meant, words) => {
  for (const word of words)
    for (const reader of ['report', 'change'] as const) {
      const isOurs = word.toLowerCase().replace('wc-', '') === meant;
      expect(read(word, reader), `${word} in a ${reader}`).toEqual({
        ...{ meant, refused: [] },
        warned: isOurs ? [] : ['status'],
      });
    }
});

test.each([
  [
    'approved',
    [
      'invoiced|Fulfilled|DISPATCHED|order.shipped|ORDER_STATUS_PAID|PaymentAccepted|awaiting fulfillment|Processing in progress',
      'paid in full|partially refunded|Partially-Invoiced|ready for pickup|On backorder (paid)|out for delivery|Bezahlt',
      'fakturiert|In Bearbeitung|payée|Expédiée|en cours de préparation|PAGADO|Enviada|fatturato|Evaso|concluído|Entregue',
      'plătită|Betaald|gennemført|SLUTFÖRD|maksettu|opłacone|WYSŁANE|zaplaceno|Vyřízeno|potvrđeno|оплачен|доставлено|fizetve',
      'Πληρωμένη|ΟΛΟΚΛΗΡΩΘΗΚΕ|σε επεξεργασία|TAMAMLANDI|kargolandı|ÖDENDİ|已付款|発送済み|결제 완료',
    ],
  ],
  [
    'pending',
    [
      'paid – partially|Partially Paid|awaiting bank wire payment|Awaiting check payment|not paid|On backorder (not paid)',
      'requires_action|to invoice|deposit paid|teilweise bezahlt|Zahlung ausstehend|in attesa di pagamento|en attente',
      'pendiente de pago|aguardando pagamento|wacht op betaling|în așteptare|ubetalt|obetald|nieopłacone|oczekujące|nezaplaceno',
      'не оплачен|függőben|Εκκρεμεί|ödeme bekleniyor|待付款',
    ],
  ],
  [
    'cancelled',
    [
      'Cancelled by customer|payment_refused|incomplete|timed-out|storniert|Annulée|ANULADO|annullato|cancelado|geannuleerd',
      'kansellert|makulerad|peruutettu|anulowane|zrušeno|отменён|törölve|Ακυρώθηκε|İptal edildi|已取消|キャンセル',
    ],
  ],
  [
    'refunded',
    [
      'credited|refund completed|Zurückerstattet|gutgeschrieben|remboursée|reembolsado|rimborsato|estornado|rambursată',
      'terugbetaald|återbetald|zwrócone|vráceno|возвращён|visszatérítve|επιστράφηκε|iade edildi|已退款|返金済み',
    ],
  ],
])('%s in the words of warehouses, books and other languages', (meant, lines) => {
  for (const word of lines.flatMap((line) => line.split('|'))) expect(read(word, 'change').meant, word).toBe(meant);
});

test.each(['closed', 'disputed', 'refund requested', 'archived', 'pago parcial de nada', 'unpaid paid', 'storno?paid'])(
  '%j may mean one or the other: it waits, and is refused in a change',
  (word) => {
    expect(read(word)).toMatchObject({ meant: 'pending', warned: ['status'] });
    expect(read(word, 'change')).toMatchObject({ meant: undefined, refused: ['status'] });
  },
);

test.each(['sparkling', 5, true])('%j waits in a report, and is refused in a change', (word) => {
  expect(read(word)).toEqual({ meant: 'pending', refused: [], warned: ['status'] });
  expect(read(word, 'change')).toEqual({ meant: undefined, refused: ['status'], warned: [] });
});

test.each([undefined, null, ''])('%j says nothing', (word) => {
  for (const reader of ['report', 'change'] as const)
    expect(read(word, reader)).toEqual({ meant: undefined, refused: [], warned: [] });
});
