import { expect, test } from 'vitest';
import { prepareReport } from '../../../collector/relay/personal.ts';
import { connect, customer, reportOf } from '../destinations/seed-report.ts';

test('a report becomes the one request of its kind', () => {
  const impact = connect('impact');
  const report = reportOf({}, { kind: 'reversal' });
  expect(prepareReport({ ...impact, report })).toEqual({
    request: impact.definition.reversal!(report, impact.settings),
  });
});

test('a report that the vendor could not take is rejected in words', () => {
  const report = reportOf({ orderId: 'x'.repeat(65) });
  expect(prepareReport({ ...connect('impact'), report })).toEqual({
    outcome: { state: 'rejected', reason: expect.stringContaining('at most 64 characters') },
  });
});

test('a destination without reversals says so', () => {
  const report = reportOf({ personal: customer }, { kind: 'reversal' });
  expect(prepareReport({ ...connect('cartstack'), report })).toEqual({
    outcome: { state: 'rejected', reason: 'CartStack has no request for a reversal' },
  });
});
