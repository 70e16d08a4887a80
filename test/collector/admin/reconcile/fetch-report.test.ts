/** How a report is fetched from a network that there isn't: windows, pages, tries, tokens, and the pace that it allows. */
import { expect, test } from 'vitest';
import { fetchReport, type ReportDeps } from '../../../../collector/admin/reconcile/fetch-report.ts';
import type { Connection } from '../../../../collector/configuration/sites.ts';
import type { OwnReport, ReportWindow } from '../../../../collector/kit/report/own-report.ts';
import { days, hours } from '../../../../collector/lib/duration.ts';
import type { HttpRequest, HttpResponse } from '../../../../collector/model/http.ts';
import type { SendResult } from '../../../../collector/outbound/send.ts';
import { createRateBudget } from '../../../../collector/relay/lane/rate-budget.ts';
import { manualClock } from '../../../harness/clock.ts';
import { siteOf } from '../../../harness/sites.ts';

type Answer = Partial<HttpResponse> | SendResult;
const line = (orderId: string, number = orderId) => ({
  orderId,
  amount: '1.00',
  undone: false,
  status: 'ok',
  line: number,
});

/** A network whose report is what a test says of each window. */
async function network(
  answers: (asked: ReportWindow, request: HttpRequest, count: number) => Answer,
  more: { report?: Partial<OwnReport>; deps?: Partial<ReportDeps>; connection?: Partial<Connection> } = {},
) {
  const clock = manualClock();
  const [impact] = (await siteOf()).connections;
  const asked: ReportWindow[] = [];
  const sent: HttpRequest[] = [];
  const waited: number[] = [];
  const noted: [number, number][] = [];
  const ownReport: OwnReport = {
    ...{ span: days(31), dates: 'sales', lag: hours(1) },
    request: (window) => {
      asked.push(window);
      return { method: 'GET', url: 'https://api.network.example/report' };
    },
    read: ({ status, body }) => (status === 200 && body !== '' ? (JSON.parse(body) as never) : undefined),
    ...more.report,
  };
  const connection = {
    ...impact!,
    destination: { ...impact!.destination!, title: 'Net', ownReport },
    ...more.connection,
  };
  const deps: ReportDeps = {
    sender: {
      send: async (request) => {
        sent.push(request);
        const given = answers(asked.at(-1)!, request, sent.length);
        return 'ok' in given ? given : { ok: true, response: { status: 200, headers: {}, body: '', ...given } };
      },
    },
    tokens: { take: async () => 'access-1', drop: () => undefined },
    ...{ clock: clock.now, random: () => 0, patience: hours(1), budget: createRateBudget(undefined) },
    note: async (at) => void noted.push([at, sent.length]),
    sleep: async (ms) => {
      waited.push(ms);
      clock.pass(ms);
    },
    ...more.deps,
  };
  const now = clock.now();
  return {
    ...{ asked, sent, waited, noted, clock, now },
    fetches: (back = days(30), until = now) => fetchReport(connection, { from: now - back, until }, deps),
  };
}
const page = (...rows: object[]) => ({ body: JSON.stringify({ rows }) });

test('a long time is asked for in windows without a gap, with a day around it, and never in the future', async () => {
  const net = await network(() => page());
  await net.fetches(days(80), net.now - days(10));
  const [first, ...rest] = net.asked;
  expect(first!.from).toBe(net.now - days(81));
  expect(net.asked.map(({ from, until }) => until - from)).toEqual([days(31), days(31), days(10)]);
  // Each is written down before it leaves: whoever tells the network's sales counts it.
  expect(net.noted).toEqual([0, 1, 2].map((before) => [net.now, before]));
  expect(rest.every(({ from }, index) => from === net.asked[index]!.until)).toBe(true);
  expect(net.asked.at(-1)!.until).toBe(net.now - days(9));
  const changes = await network(() => page(), { report: { dates: 'changes' } });
  await changes.fetches(days(80), changes.now - days(10));
  expect(changes.asked.at(-1)!.until).toBe(changes.now);
});

test('a window that is too much is asked for in halves, until no window is left to halve', async () => {
  const net = await network(({ from, until }) =>
    until - from > days(8) ? { truncated: true, body: '[' } : page(line(`W${from}`)),
  );
  expect((await net.fetches()).rows).toHaveLength(4);
  expect(net.waited).toEqual([]);
  const endless = await network(() => ({ truncated: true, body: '[' }));
  await expect(endless.fetches()).rejects.toThrow('Net answers with more than 16 MB. Nothing was compared.');
  expect(endless.sent.length).toBeLessThan(15);
});

test('a line that two windows or pages hold counts once, as it was said last; lines without a number count each', async () => {
  const net = await network((_asked, _request, count) =>
    page({ ...line('A', '7'), amount: `${count}.00` }, { orderId: 'B', amount: '1.00', undone: false, status: '' }),
  );
  const { rows } = await net.fetches(days(50));
  expect(rows.filter(({ orderId }) => orderId === 'A')).toMatchObject([{ amount: '2.00' }]);
  expect(rows.filter(({ orderId }) => orderId === 'B')).toHaveLength(2);
});

test('fewer lines than it says are asked for once more, and then are no report', async () => {
  const short = (more: object) => ({ body: JSON.stringify({ rows: [line('A')], total: 3, ...more }) });
  const net = await network(() => short({ ignored: 1 }));
  await expect(net.fetches()).rejects.toThrow(
    'Net says that its report has 3 lines, and gives 2. Nothing was compared.',
  );
  expect(net.sent).toHaveLength(2);
  expect((await (await network(() => short({ ignored: 2 }))).fetches()).rows).toHaveLength(1);
  const mended = await network((_asked, _request, count) => short({ ignored: count }));
  expect((await mended.fetches()).requests).toBe(2);
});

test('pages that lead in a circle end', async () => {
  const net = await network(() => ({ body: JSON.stringify({ rows: [], next: 'again' }) }));
  await expect(net.fetches()).rejects.toThrow('Net leads from page to page without an end');
  expect(net.sent).toHaveLength(2);
});

test.each<[string, Answer, number, string]>([
  ['an outage', { status: 503 }, 5, 'Net is unavailable (503). Nothing was compared.'],
  ['half an answer', { status: 200, body: '' }, 5, 'Net answered 200 with no whole report'],
  [
    'a broken connection',
    { ok: false, kind: 'network', sent: true, message: 'the connection broke' },
    5,
    'the connection broke',
  ],
  ['wrong credentials', { status: 401 }, 1, 'Net doesn’t let these credentials read its report (401)'],
  ['a refusal', { status: 404 }, 1, 'Net refused to give its report (404)'],
  ['a private address', { ok: false, kind: 'refused', sent: false, message: 'it is private' }, 1, 'it is private'],
  [
    'a certificate',
    { ok: false, kind: 'tls', sent: false, message: 'no valid certificate' },
    1,
    'no valid certificate',
  ],
])('%s is asked again or not, and told in words', async (...[, answers, requests, words]) => {
  const net = await network(() => answers);
  await expect(net.fetches()).rejects.toThrow(words);
  expect(net.sent).toHaveLength(requests);
});

test('a network that asks for time gets it, by seconds or by an instant, within the patience that there is', async () => {
  const slow = { status: 429, headers: { 'retry-after': '40' } };
  const net = await network((_asked, _request, count) => (count <= 2 ? slow : page(line('A'))));
  expect((await net.fetches()).rows).toHaveLength(1);
  expect(net.waited).toEqual([40_000, 40_000]);
  const impatient = await network(() => slow, { deps: { patience: 60_000 } });
  await expect(impatient.fetches()).rejects.toThrow(
    'Net asks to slow down (429); it has to be waited 40 s for it: try again after that. Nothing was compared.',
  );
  expect(impatient.waited).toEqual([40_000]);
});

test('no more is asked in a minute than it grants, with all that has left before', async () => {
  const clock = manualClock();
  const budget = createRateBudget(3, 1000);
  budget.take(2, clock.now());
  const net = await network(() => page(), { deps: { budget } });
  await net.fetches(days(80));
  expect(net.sent).toHaveLength(3);
  expect(net.waited.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(60_000);
});

test('a token that has ended is renewed once; the secrets of the connection stand in no complaint', async () => {
  let token = 'access-1';
  const tokens = { take: async () => token, drop: () => void (token = 'access-2') };
  const asks = { request: (): HttpRequest => ({ method: 'GET', url: 'https://api.network.example/r', token: true }) };
  const expired = (_asked: ReportWindow, { headers }: HttpRequest): Answer =>
    headers?.['Authorization'] === 'Bearer access-2' ? page(line('A')) : { status: 401 };
  const net = await network(expired, { report: asks, deps: { tokens } });
  expect((await net.fetches()).rows).toHaveLength(1);
  expect(net.sent.map(({ headers }) => headers?.['Authorization'])).toEqual(['Bearer access-1', 'Bearer access-2']);

  const chatty = { read: () => ({ fault: 'the key tok/en+Secret=1 is unknown' }) };
  const refused = await network(() => page(), { report: chatty, connection: { secrets: ['tok/en+Secret=1'] } });
  const words = await refused.fetches().catch((error: Error) => error.message);
  expect(words).toContain('is unknown');
  expect(words).not.toContain('Secret');
});
