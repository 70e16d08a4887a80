/** Answers that no document shows and vendors give all the same: an error under a 200, a count in place of a list, other words for the end of a job. */
import { expect, test } from 'vitest';
import type { ReportKind } from '../../../collector/model/report.ts';
import { answer, connect, reportOf } from './seed-report.ts';

const HTML = '<!doctype html><title>Maintenance</title>';

type Row = [type: string, kind: ReportKind, status: number, body: unknown, state: string, words: string];

test.each<Row>([
  [
    'cj',
    'conversion',
    200,
    { errors: [{ message: 'Internal Server Error(s) while executing query' }] },
    'retry',
    'could',
  ],
  [
    'cj',
    'conversion',
    200,
    { data: { createOrders: { orders: [{ orderId: 'O1234567' }], errors: [{ message: 'bad sku' }] } } },
    'rejected',
    'bad sku',
  ],
  ['rakuten', 'conversion', 200, '<Response><Error>Access denied</Error></Response>', 'held', 'Access denied'],
  ['rakuten', 'conversion', 200, '<r><GOOD>1</GOOD><BAD>0</BAD></r>', 'delivered', '1 lines'],
  [
    'partnerize',
    'reversal',
    200,
    { error: { errors: [{ property: 'reason', message: 'is too long' }] } },
    'rejected',
    'reason: is too long',
  ],
  ['everflow', 'modification', 200, { result: 'true' }, 'delivered', 'taken'],
  ['tradedoubler', 'modification', 200, { total: 1, success: 1, fail: 0 }, 'delivered', 'changed'],
  ['tradedoubler', 'modification', 200, { items: [{ transactionId: 1, status: '0' }] }, 'delivered', 'changed'],
  ['tradedoubler', 'modification', 207, { total: 1, success: 0, fail: 1 }, 'retry', 'without a verdict'],
  [
    'tapfiliate',
    'conversion',
    200,
    { errors: [{ message: 'amount is not valid' }] },
    'rejected',
    'amount is not valid',
  ],
  ['tapfiliate', 'conversion', 200, { errors: [{ message: 'external_id must be unique' }] }, 'delivered', 'already'],
  ['tapfiliate', 'conversion', 200, HTML, 'retry', 'without a conversion'],
  ['firstpromoter', 'conversion', 201, { id: 7 }, 'delivered', 'as 7'],
  ['firstpromoter', 'conversion', 200, { message: 'Error. Amount blank or invalid.' }, 'rejected', 'Amount blank'],
  ['firstpromoter', 'conversion', 200, '', 'retry', 'without an event'],
  ['partnerstack', 'conversion', 201, { key: 'order-O1234567' }, 'delivered', 'as order-O1234567'],
  ['refersion', 'conversion', 200, { error: 'Invalid affiliate' }, 'rejected', 'Invalid affiliate'],
  ['refersion', 'reversal', 200, { error: 'already cancelled' }, 'rejected', 'already cancelled'],
  [
    'webgains',
    'conversion',
    202,
    { errors: [{ field: 'eventId' }], message: 'event is unknown' },
    'rejected',
    'event is unknown',
  ],
  ['webgains', 'conversion', 200, { status: 'queued' }, 'unverified', 'no answer'],
  [
    'dub',
    'conversion',
    200,
    { error: { code: 'bad_request', message: 'amount: Required' } },
    'rejected',
    'amount: Required',
  ],
])('%s: a %s that is answered %i %j is %s', (...row: Row) => {
  const [type, kind, status, body, state, words] = row;
  const { definition, settings } = connect(type);
  const outcome = definition.outcome!(answer(status, body), reportOf({}, { kind }), settings);
  expect(outcome).toMatchObject({ state, reason: expect.stringContaining(words) });
});

test.each([
  [{ status: 'Done', transactions: 1, errors: 0 }, 'confirmed'],
  [{ status: 'FAILED' }, 'declined'],
  [{ status: 'DONE', transactions: 2, errors: 2, failedTransactions: [] }, 'declined'],
  [
    { status: 'DONE', transactions: 2, errors: 1, failedTransactions: [{ orderRef: 'another', code: '[404]' }] },
    'confirmed',
  ],
  [{ status: 'RUNNING' }, 'pending'],
])('awin: a job that says %j is %s', (body, state) => {
  const { definition } = connect('awin');
  expect(definition.confirm!.verdict(answer(200, body), reportOf())).toMatchObject({ state });
});

test('partnerize: the wish to wait is obeyed in either spelling, and where its job is asked for', () => {
  const { definition, settings } = connect('partnerize');
  const report = reportOf({}, { kind: 'reversal' });
  const slow = (headers: Record<string, string>) => answer(429, '', headers);
  expect(definition.outcome!(slow({ 'x-ratelimit-retry-after': '7' }), report, settings)).toMatchObject({
    after: 7000,
  });
  expect(definition.outcome!(slow({ 'retry-after': '9' }), report, settings)).toMatchObject({ after: 9000 });
  expect(definition.outcome!(slow({}), report, settings)).toMatchObject({ after: 60_000 });
  expect(definition.confirm!.verdict(slow({ 'retry-after': '9' }), report)).toMatchObject({
    state: 'pending',
    after: 9000,
  });
});
