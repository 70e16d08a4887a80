/** Beside a batch there is room for questions for verdicts: a steady stream of orders must not keep changes without an answer. */
import { expect, test } from 'vitest';
import type { HttpRequest } from '../../../collector/model/http.ts';
import type { SendResult } from '../../../collector/outbound/send.ts';
import { answered, openRelay } from '../../harness/relay.ts';
import { until } from '../../harness/until.ts';
import { delivery, NOON } from '../store/rows.ts';

const AWIN = '{ id: awin, type: awin, settings: { advertiserId: "1001", apiKey: aw-secret-key-1 } }';

const isQuestion = ({ url }: HttpRequest): boolean => url.includes('/transactions/jobs/');

const sale = () => {
  const row = delivery({ id: 'sale', orderId: 'S1', connection: 'awin' });
  return { ...row, report: { ...row.report, click: { param: 'awc', value: '1001_1_abc', at: NOON } } };
};

test('while a batch is on its way four questions leave, and the next one when an answer has come', async () => {
  const open: { request: HttpRequest; answer: (result: SendResult) => void }[] = [];
  const world = await openRelay({
    connections: [AWIN],
    answer: (request) => new Promise<SendResult>((answer) => open.push({ request, answer })),
  });
  const { put, wake, becomes, sent } = world;
  const questions = () => open.filter(({ request }) => isQuestion(request));
  const orders = () => open.filter(({ request }) => request.url.endsWith('/orders'));
  await put(
    sale(),
    ...Array.from({ length: 6 }, (_, index) =>
      delivery({
        ...{ id: `change-${index}`, orderId: `C${index}`, connection: 'awin', kind: 'reversal', state: 'delivered' },
        ...{ nextAt: null, reference: `j-${index}`, confirmAt: NOON - 6 + index },
      }),
    ),
  );
  wake('awin');
  await until(() => questions().length === 4 && orders().length === 1, { what: 'the batch and four questions' });
  // Nothing more is begun, however often somebody wakes the lane.
  wake('awin');
  questions()[0]!.answer(answered(200, '{"jobId":"j-0","status":"DONE","errors":0,"failedTransactions":[]}'));
  await becomes('change-0', 'confirmed');
  // Awin's batches are ten seconds apart, and so is what leaves beside them.
  world.pass(10_000, 'awin');
  await until(() => questions().length === 5, { what: 'the fifth question' });
  expect(orders()).toHaveLength(1);
  expect(sent).toHaveLength(6);
  const done = '{"status":"DONE","errors":0,"failedTransactions":[]}';
  for (const { request, answer } of open.splice(0)) {
    answer(
      isQuestion(request)
        ? answered(200, done)
        : answered(200, '{"successfulOrders":[{"orderReference":"S1"}],"failedOrders":[]}'),
    );
  }
  await becomes('sale', 'delivered');
  world.pass(10_000, 'awin');
  await until(() => questions().length === 1, { what: 'the last question' });
  open[0]!.answer(answered(200, done));
  await becomes('change-5', 'confirmed');
});

test('questions keep to the minute that the vendor grants', async () => {
  const world = await openRelay({
    connections: [AWIN],
    answer: (request) =>
      answered(200, isQuestion(request) ? '{"status":"DONE"}' : '{"successfulOrders":[{"orderReference":"S1"}]}'),
  });
  await world.put(
    ...Array.from({ length: 25 }, (_, index) =>
      delivery({
        ...{ id: `change-${index}`, orderId: `C${index}`, connection: 'awin', kind: 'reversal', state: 'delivered' },
        ...{ nextAt: null, reference: `j-${index}`, confirmAt: NOON - 25 + index },
      }),
    ),
  );
  world.wake('awin');
  await until(() => world.sent.length === 20, { what: 'twenty questions' });
  await world.becomes('change-19', 'confirmed');
  // A sale of the same minute waits, too.
  await world.put(sale());
  world.wake('awin');
  expect(world.sent).toHaveLength(20);
  world.pass(62_000, 'awin');
  await world.becomes('sale', 'delivered');
  world.pass(10_000, 'awin');
  await world.becomes('change-24', 'confirmed');
});
