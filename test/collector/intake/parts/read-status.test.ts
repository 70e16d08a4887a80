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

test.each(['sparkling', 5, true])('%j waits in a report, and is refused in a change', (word) => {
  expect(read(word)).toEqual({ meant: 'pending', refused: [], warned: ['status'] });
  expect(read(word, 'change')).toEqual({ meant: undefined, refused: ['status'], warned: [] });
});

test.each([undefined, null, ''])('%j says nothing', (word) => {
  for (const reader of ['report', 'change'] as const)
    expect(read(word, reader)).toEqual({ meant: undefined, refused: [], warned: [] });
});
