/** How the networks' own reports are asked for and read: whole requests, and answers line by line. */
import { describe, expect, test } from 'vitest';
import type { ReportRow } from '../../../collector/kit/report/own-report.ts';
import { answer, connect } from './seed-report.ts';

const FROM = Date.UTC(2026, 9, 21, 12);
const UNTIL = Date.UTC(2026, 10, 20, 12);
const AT = Date.UTC(2026, 10, 2, 9, 30);

function reportOf(type: string, more: Record<string, unknown> = {}) {
  const { definition, settings } = connect(type, more);
  const report = definition.ownReport!;
  return {
    asks: (page?: string) => report.request({ from: FROM, until: UNTIL, ...(page ? { page } : {}) }, settings),
    reads: (body: unknown, status = 200, page?: string) =>
      report.read(answer(status, body), { from: FROM, until: UNTIL, ...(page ? { page } : {}) }, settings),
    missing: () => report.missing?.(settings),
    dates: typeof report.dates === 'function' ? report.dates(settings) : report.dates,
  };
}

describe('is asked for', () => {
  test('of impact.com by the dates of the events, or of the last updates', () => {
    const { asks } = reportOf('impact');
    expect(asks()).toEqual({
      method: 'GET',
      url: 'https://api.impact.com/Advertisers/IRxxx/Actions?CampaignId=1000&ActionDateStart=2026-10-21T12%3A00%3A00Z&ActionDateEnd=2026-11-20T11%3A59%3A59Z&PageSize=2000&Page=1',
      headers: { Accept: 'application/json', Authorization: expect.stringMatching(/^Basic /) as string },
    });
    const updated = reportOf('impact', { reportDates: 'updated' });
    expect(updated.asks('3').url).toContain('&StartDate=2026-10-21T12%3A00%3A00Z&EndDate=');
    expect(updated.asks('3').url).toContain('Page=3');
    expect([reportOf('impact').dates, updated.dates]).toEqual(['sales', 'changes']);
  });

  test('of Awin in UTC, with the token for changes where there is one', () => {
    expect(reportOf('awin', { validationToken: 'aw/other+key=2' }).asks()).toEqual({
      method: 'GET',
      url: 'https://api.awin.com/advertisers/1001/transactions/?startDate=2026-10-21T12%3A00%3A00&endDate=2026-11-20T11%3A59%3A59&timezone=UTC',
      headers: { Accept: 'application/json', Authorization: 'Bearer aw/other+key=2' },
    });
  });

  test('of CJ with a cursor, and not without a token', () => {
    const { url, headers, body } = reportOf('cj').asks('77');
    expect([url, headers?.['Authorization']]).toEqual([
      'https://commissions.api.cj.com/query',
      'Bearer cj/secret+token=1',
    ]);
    expect((JSON.parse(body!) as { query: string }).query).toMatch(
      /^\{ advertiserCommissions\(forAdvertisers: \["1500000"\], sinceEventDate: "2026-10-21T12:00:00Z", beforeEventDate: "2026-11-20T12:00:00Z", sinceCommissionId: "77"\) \{ /,
    );
    expect(reportOf('cj', { reportDates: 'posted' }).asks().body).toContain('sincePostingDate');
    expect(reportOf('cj', { token: undefined }).missing()).toContain('token');
  });

  test('of Everflow for one advertiser alone, where its id is given', () => {
    const { url, body } = reportOf('everflow', { advertiserId: '12' }).asks('2');
    expect(url).toBe('https://api.eflow.team/v1/networks/reporting/conversions?page=2&page_size=200');
    expect(JSON.parse(body!)).toEqual({
      ...{ from: '2026-10-21 12:00:00', to: '2026-11-20 12:00:00', timezone_id: 67, currency_id: 'USD' },
      ...{ show_conversions: true, show_events: true },
      query: { filters: [{ resource_type: 'advertiser', filter_id_value: '12' }], search_terms: [] },
    });
    expect(reportOf('everflow', { apiKey: undefined }).missing()).toContain('apiKey');
  });

  test('of Partnerize by the query of the next page, wherever that may lie', () => {
    const { asks, reads } = reportOf('partnerize');
    const path = 'https://api.partnerize.com/reporting/report_advertiser/campaign/1011l1234/conversion.json';
    expect(asks().url).toBe(
      `${path}?start_date=2026-10-21T12%3A00%3A00Z&end_date=2026-11-20T11%3A59%3A59Z&timezone=UTC&limit=300`,
    );
    const next = 'https://elsewhere.example/steal?limit=300&cursor_id=c2';
    const page = reads({ conversions: [], hypermedia: { pagination: { next_page: next } } });
    expect(page).toEqual({ rows: [], next: 'limit=300&cursor_id=c2' });
    expect(asks('limit=300&cursor_id=c2').url).toBe(`${path}?limit=300&cursor_id=c2`);
  });
});

const impact = (more: object) => ({
  '@total': '1',
  Actions: [{ Id: '1.2.3', ActionTrackerId: '9876', Oid: 'R1', Amount: '112.00', ...more }],
});
const awin = (more: object) => [
  { id: 7, orderRef: 'R1', commissionStatus: 'pending', saleAmount: { amount: 112.5, currency: 'GBP' }, ...more },
];
const cj = (more: object) => ({
  data: {
    advertiserCommissions: {
      payloadComplete: true,
      records: [
        { commissionId: '5', orderId: 'R1', actionTrackerId: '400000', saleAmountAdvCurrency: '112.00', ...more },
      ],
    },
  },
});
const everflow = (more: object) => ({
  conversions: [{ conversion_id: 'cv1', order_id: 'R1', sale_amount: 112, status: 'approved', ...more }],
  paging: { page: 1, page_size: 200, total_count: 1 },
});
const partnerize = (more: object) => ({
  conversions: [
    {
      conversion_data: {
        ...{
          conversion_id: '1l1',
          conversion_reference: 'R1',
          conversion_value: { value: 112, conversion_status: 'pending' },
        },
        ...more,
      },
    },
  ],
});

test.each<[string, unknown, Partial<ReportRow>[]]>([
  [
    'impact',
    impact({ State: 'PENDING', Currency: 'USD' }),
    [{ orderId: 'R1', amount: '112.00', undone: false, currency: 'USD', line: '1.2.3' }],
  ],
  ['impact', impact({ State: 'REVERSED', Amount: 0 }), [{ amount: '0', undone: true, status: 'REVERSED' }]],
  ['impact', impact({ State: 'APPROVED', ClearedDate: '2026-11-20T00:00:00Z' }), [{ undone: false, paid: true }]],
  ['impact', impact({ ClearedDate: '', EventDate: '2026-11-02T01:30:00-08:00' }), [{ at: AT }]],
  ['impact', impact({ ActionTrackerId: 1234 }), []],
  ['impact', impact({ Oid: '' }), []],
  [
    'awin',
    awin({ transactionDate: '2026-11-02T09:30:00' }),
    [{ orderId: 'R1', amount: '112.5', currency: 'GBP', at: AT, line: '7' }],
  ],
  ['awin', awin({ commissionStatus: 'declined' }), [{ undone: true }]],
  ['awin', awin({ commissionStatus: 'deleted' }), [{ undone: true }]],
  ['awin', awin({ paidToPublisher: true, commissionStatus: 'approved' }), [{ paid: true, undone: false }]],
  ['awin', awin({ saleAmount: 19.99 }), [{ amount: '19.99' }]],
  ['awin', awin({ saleAmount: null }), [{ amount: undefined }]],
  ['awin', awin({ orderRef: null }), []],
  [
    'cj',
    cj({ eventDate: '2026-11-02T09:30:00Z' }),
    [{ amount: '112.00', undone: false, status: '', at: AT, line: '5' }],
  ],
  ['cj', cj({ validationStatus: 'DECLINED' }), [{ undone: true, status: 'declined' }]],
  ['cj', cj({ actionStatus: 'closed' }), [{ paid: true }]],
  ['cj', cj({ actionTrackerId: '1' }), []],
  [
    'everflow',
    everflow({ currency_id: 'EUR', conversion_unix_timestamp: AT / 1000 }),
    [{ amount: '112', currency: 'EUR', at: AT }],
  ],
  ['everflow', everflow({ status: 'rejected' }), [{ undone: true }]],
  ['everflow', everflow({ status: 'invalid' }), [{ undone: true }]],
  ['everflow', everflow({ order_id: '' }), []],
  [
    'partnerize',
    partnerize({ currency: 'EUR', conversion_time: '2026-11-02 09:30:00' }),
    [{ amount: '112', currency: 'EUR', at: AT, line: '1l1' }],
  ],
  [
    'partnerize',
    partnerize({
      conversion_items: [
        { conversion_item_id: 'i1', item_value: 24.69, item_status: 'approved' },
        { conversion_item_id: 'i2', item_value: '87.3100', item_status: 'rejected' },
      ],
    }),
    [
      { amount: '24.69', undone: false, line: 'i1' },
      { amount: '87.3100', undone: true, line: 'i2' },
    ],
  ],
])('%s: a line is read: %j', (type, body, expected) => {
  const read = reportOf(type).reads(body);
  expect(read).toMatchObject({ rows: expected });
  expect((read as { rows: unknown[] }).rows).toHaveLength(expected.length);
});

test('amounts of CJ are in the currency of the account, where it is known', () => {
  const { reads } = reportOf('cj', { accountCurrency: 'USD' });
  expect(reads(cj({ saleAmountAdvCurrency: null, saleAmountUsd: '55.10' }))).toMatchObject({
    rows: [{ amount: '55.10', currency: 'USD' }],
  });
});

test.each<[string, unknown, number, string, object | undefined]>([
  ['impact', '{"@page":"1","Actions":[{"Id"', 200, 'half of it', undefined],
  ['impact', { Status: 'ERROR' }, 400, 'too many for ten pages', { narrower: true }],
  ['impact', { '@numpages': '3', Actions: [{ Oid: 'A' }] }, 200, 'a first page of three', { next: '2' }],
  [
    'impact',
    { '@numpages': '1', '@nextpageuri': '/x?Page=2', Actions: [{ Oid: 'A' }] },
    200,
    'an address of the next',
    { next: '2' },
  ],
  ['awin', '[{"id":1,"orderRef":"A"}', 200, 'half of it', undefined],
  ['awin', { error: 'x' }, 200, 'no list', undefined],
  ['awin', [], 200, 'nothing', { rows: [] }],
  [
    'cj',
    { data: null, errors: [{ message: 'Invalid Token' }] },
    200,
    'an expired token',
    { fault: 'CJ doesn’t give its Commission Detail: Invalid Token' },
  ],
  [
    'cj',
    { data: { advertiserCommissions: { payloadComplete: false, maxCommissionId: '9', records: [] } } },
    200,
    'a part',
    { next: '9' },
  ],
  [
    'cj',
    { data: { advertiserCommissions: { payloadComplete: false, records: [] } } },
    200,
    'a part without a way on',
    { again: true },
  ],
  ['everflow', { conversions: [] }, 200, 'no count', undefined],
  [
    'everflow',
    { conversions: [{ order_id: 'A' }], paging: { page_size: 1, total_count: 2 } },
    200,
    'smaller pages',
    { next: '2', total: 2 },
  ],
  ['partnerize', { error: {} }, 429, 'its own header', { again: true, after: 60_000 }],
])('%s: %j (%i), %s', (type, body, status, ...[, expected]) => {
  const read = reportOf(type).reads(body, status);
  if (expected === undefined) expect(read).toBeUndefined();
  else expect(read).toMatchObject(expected);
});
