/**
 * What no webhook brought: Paddle's list of transactions by their time of change, and the newest adjustments.
 * https://developer.paddle.com/api-reference/about/pagination (read 2026-11)
 */
import { isObject, type Json, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { CatchUp, ReportList, ReportPage } from '../../kit/source.ts';
import { days } from '../../lib/duration.ts';
import { nextOfPaddle, paddleRequest, paddleRows, readPaddleAnswer } from './api.ts';
import { readPaddleOrder } from './order.ts';

const INCLUDED = 'address,adjustments,customer,discount';
/** Refunds wait for Paddle's approval for so long. */
const APPROVED_WITHIN = days(7);

const NOTHING: ReportPage = { reports: [], problems: [] };

function readRows(rows: readonly Json[], settings: Settings): ReportPage {
  const reports = rows.flatMap((row) => {
    const reading = readPaddleOrder(row, settings, { reread: true });
    return 'ignored' in reading ? [] : [reading];
  });
  return { ...NOTHING, reports };
}

function transactionsBy(field: 'updated_at' | 'created_at'): ReportList {
  return {
    request: ({ since, next }, settings) =>
      paddleRequest('transactions', settings, {
        [`${field}[GTE]`]: new Date(Math.max(0, since)).toISOString(),
        ...{ status: 'billed,paid,completed,past_due,canceled', order_by: `${field}[ASC]`, include: INCLUDED },
        ...(next === undefined ? {} : { after: next }),
      }),
    read(response, _query, settings) {
      const reading = readPaddleAnswer(response);
      if ('fault' in reading) return reading;
      const next = nextOfPaddle(reading.value);
      return { value: { ...readRows(paddleRows(reading.value), settings), ...(next === undefined ? {} : { next }) } };
    },
  };
}

/** They have no filter by time: newest first, as far back as one may still have waited for its approval. */
const adjustments: ReportList = {
  request: ({ next }, settings) =>
    paddleRequest('adjustments', settings, { order_by: 'id[DESC]', ...(next === undefined ? {} : { after: next }) }),
  read(response, { since }) {
    const reading = readPaddleAnswer(response);
    if ('fault' in reading) return reading;
    const rows = paddleRows(reading.value);
    const at = (value: unknown): number => Date.parse(textOf(value) ?? '');
    const recent = rows.filter((row) => at(row['updated_at'] ?? row['created_at']) >= since);
    const reread = [...new Set(recent.flatMap((row) => textOf(row['transaction_id']) ?? []))];
    const older = rows.some((row) => at(row['created_at']) < since - APPROVED_WITHIN);
    const next = older ? undefined : nextOfPaddle(reading.value);
    return { value: { ...NOTHING, reread, ...(next === undefined ? {} : { next }) } };
  },
};

export const paddleCatchUp: CatchUp = {
  perSecond: 3,
  unable: ({ apiKey }) =>
    apiKey === undefined
      ? 'Without apiKey only the webhooks of transactions tell: refunds, charge-backs, codes, and what is missed while the collector is away stay unknown.'
      : undefined,
  changed: [transactionsBy('updated_at'), adjustments],
  placed: transactionsBy('created_at'),
  reread(id, [answer], settings) {
    if (!answer)
      return { ask: paddleRequest(`transactions/${encodeURIComponent(id)}`, settings, { include: INCLUDED }) };
    const reading = readPaddleAnswer(answer);
    if ('fault' in reading) return reading;
    const { data } = reading.value;
    return { value: readRows(isObject(data) ? [data] : [], settings) };
  },
};
