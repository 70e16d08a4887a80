/** A network's own report of the sales that it has, fetched from it: asked for a page at a time, and read into rows. */
import type { HttpRequest, HttpResponse } from '../../model/http.ts';
import type { Settings } from '../setting.ts';

/** A line of it, as a file or an answer holds it. Of an order that is listed in several lines the amounts add up. */
export interface ReportRow {
  orderId: string;
  /** A decimal; undefined where the line has none. */
  amount: string | undefined;
  /** It no longer counts there. */
  undone: boolean;
  /** The network's word for its state; empty where it has none. */
  status: string;
  /** ISO 4217, where the line says it. */
  currency?: string;
  /** Its commission was paid out: nothing of it changes there any more. */
  paid?: boolean;
  /** When the sale was, epoch milliseconds, where the line says it. */
  at?: number;
  /** The network's own number of the line: one that stands on two pages, or in two windows, counts once. */
  line?: string;
}

export interface ReportLines {
  rows: readonly ReportRow[];
  /** What the next page is asked by; absent on the last one. */
  next?: string | undefined;
  /** Lines of the whole window, where the network says it: fewer are half a report. */
  total?: number | undefined;
  /** Lines of this page that are no row: without an order, or of something else. */
  ignored?: number;
}

/**
 * Why an answer is no page. `again`: worth another try, not before `after` milliseconds where the network says so.
 * `narrower`: it would answer for a shorter time.
 */
export interface ReportFault {
  fault: string;
  again?: boolean;
  after?: number | undefined;
  narrower?: boolean;
}

/** What is asked for: `from` counts, `until` doesn't. */
export interface ReportWindow {
  from: number;
  until: number;
  /** As the page before said; absent on the first one. */
  page?: string;
}

export interface OwnReport<Values = Settings> {
  /** Milliseconds that one request may span. */
  span: number;
  /** What the network's times are: those of the `sales`, or of its last `changes` of a line, so that everything since is asked for. */
  dates: 'sales' | 'changes' | ((settings: Values) => 'sales' | 'changes');
  /** Milliseconds until what it was told stands in it: what is newer is not judged by it. */
  lag: number;
  /** What these settings lack for it. Undefined where nothing does. */
  missing?: (settings: Values) => string | undefined;
  request: (asked: ReportWindow, settings: Values) => HttpRequest;
  /** Undefined falls back to the default rules: by status, and a 2xx that isn't understood is half a report. */
  read: (response: HttpResponse, asked: ReportWindow, settings: Values) => ReportLines | ReportFault | undefined;
}

/** A number or a decimal text as a decimal text; anything else is no amount. */
export function decimalText(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^-?\d+(\.\d+)?$/.test(text.trim()) ? text.trim() : undefined;
}

/** Epoch milliseconds of a time as networks write it; without an offset it is UTC, which they were asked for. */
export function utcInstant(value: unknown): number | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const text = value.trim().replace(' ', 'T');
  const at = Date.parse(
    /T.*(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}${text.includes('T') ? '' : 'T00:00:00'}Z`,
  );
  return Number.isNaN(at) ? undefined : at;
}

/** `2026-11-20T12:00:00`, in UTC and without saying so. */
export const utcText = (at: number): string => new Date(at).toISOString().slice(0, 19);
