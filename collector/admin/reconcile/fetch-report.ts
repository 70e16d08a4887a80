/** Fetches a network's own report: window after window, page after page, as fast as the network allows. All of it, or nothing. */
import type { Connection } from '../../configuration/sites.ts';
import type { OwnReport, ReportFault, ReportLines, ReportRow, ReportWindow } from '../../kit/report/own-report.ts';
import { retryAfter } from '../../kit/retry-after.ts';
import { nextDelay } from '../../lib/backoff.ts';
import type { Clock } from '../../lib/clock.ts';
import { days, hours, seconds } from '../../lib/duration.ts';
import type { HttpResponse } from '../../model/http.ts';
import { redactText } from '../../outbound/redact.ts';
import type { Sender } from '../../outbound/send.ts';
import { sendFor } from '../../relay/open-delivery.ts';
import type { RateBudget } from '../../relay/lane/rate-budget.ts';
import type { TokenKeeper } from '../../relay/tokens.ts';
import { ReportError } from './read-report.ts';

export interface ReportDeps {
  sender: Pick<Sender, 'send'>;
  tokens: TokenKeeper;
  clock: Clock;
  sleep: (milliseconds: number) => Promise<unknown>;
  random: () => number;
  /** What this connection may ask, together with what its reports use. */
  budget: RateBudget;
  /** Writes a request down before it leaves, so that those who tell the network's sales count it. */
  note: (at: number) => Promise<void>;
  /** Milliseconds that may be waited altogether, for the network's limits and between tries. */
  patience: number;
}

export interface FetchedReport {
  rows: ReportRow[];
  requests: number;
}

/** Twenty thousand lines of a talkative network; a window with more is halved. */
const MOST_BYTES = 16 * 1024 * 1024;
const TIMEOUT = seconds(60);
/** Tries of one page. */
const MOST_TRIES = 5;
/** A network's times may be its own: of a sale that its tag recorded, say. */
const MARGIN = days(1);
const SHORTEST_WINDOW = hours(1);
/** No network lists so much in one window: a cursor that leads nowhere ends here. */
const MOST_PAGES = 10_000;

/** Why the report of a connection can't be fetched, in words; undefined where it can. */
export function whyNotFetched({ destination, type, settings }: Connection): string | undefined {
  const title = destination?.title ?? type;
  if (!destination?.ownReport)
    return `No way to fetch a report of ${title} is known: download it there, and name the file`;
  const missing = destination.ownReport.missing?.(settings);
  return missing === undefined ? undefined : `The report of ${title} can’t be fetched: ${missing}`;
}

/** Throws a {@link ReportError} that says what to do; what was fetched until then is forgotten. */
export async function fetchReport(
  connection: Connection,
  asked: { from: number; until: number },
  deps: ReportDeps,
): Promise<FetchedReport> {
  const why = whyNotFetched(connection);
  if (why !== undefined) throw new ReportError(`${why}.`);
  const report = connection.destination!.ownReport!;
  const talk = createTalk(connection, report, deps);
  const byChange =
    (typeof report.dates === 'function' ? report.dates(connection.settings) : report.dates) === 'changes';
  const end = byChange ? deps.clock() : Math.min(deps.clock(), asked.until + MARGIN);
  const windows = cutTime({ from: asked.from - MARGIN, until: end }, report.span);
  const lines = new Map<string, ReportRow>();
  for (let window = windows.shift(); window; window = windows.shift()) {
    const read = await talk.readWindow(window);
    if (read === 'narrower') windows.unshift(...cutTime(window, Math.ceil((window.until - window.from) / 2)));
    else for (const row of read) lines.set(keyOf(row, lines.size), row);
  }
  return { rows: [...lines.values()], requests: talk.requests() };
}

/** The last word on a line counts; one without a number of its own is one of its own. */
const keyOf = ({ line }: ReportRow, index: number): string => (line === undefined ? `#${index}` : `=${line}`);

function cutTime({ from, until }: { from: number; until: number }, span: number): ReportWindow[] {
  const windows: ReportWindow[] = [];
  for (let at = from; at < until; at += span) windows.push({ from: at, until: Math.min(until, at + span) });
  return windows;
}

function createTalk(connection: Connection, report: OwnReport, deps: ReportDeps) {
  const { title } = connection.destination!;
  const { budget, clock } = deps;
  const timeout = Math.max(TIMEOUT, connection.limits.timeout ?? 0);
  let patience = deps.patience;
  let requests = 0;

  const fail = (words: string): ReportError =>
    new ReportError(redactText(`${words}. Nothing was compared.`, { secrets: connection.secrets, personal: [] }));

  async function wait(ms: number, why: string): Promise<void> {
    patience -= ms;
    if (patience < 0) throw fail(`${why}; it has to be waited ${Math.ceil(ms / 1000)} s for it: try again after that`);
    await deps.sleep(ms);
  }

  async function ask(window: ReportWindow): Promise<ReportLines | ReportFault> {
    while (budget.available(clock()) < 1) {
      const free = Math.max(seconds(1), budget.freeAt(clock()) - clock());
      await wait(free, `What ${title} may be asked is used up for now`);
    }
    budget.take(1, clock());
    await deps.note(clock());
    requests += 1;
    const request = report.request(window, connection.settings);
    const sent = await sendFor(connection, request, deps, { timeout, maxBytes: MOST_BYTES });
    if (!sent.ok) return { fault: sent.message, again: sent.kind === 'timeout' || sent.kind === 'network' };
    const { response } = sent;
    if (response.truncated)
      return { fault: `${title} answers with more than ${MOST_BYTES / 1024 / 1024} MB`, narrower: true };
    return report.read(response, window, connection.settings) ?? faultOf(response, title);
  }

  async function readPage(window: ReportWindow): Promise<ReportLines | 'narrower'> {
    for (let tried = 1; ; tried += 1) {
      const page = await ask(window);
      if (!('fault' in page)) return page;
      if (page.narrower && window.until - window.from > SHORTEST_WINDOW) return 'narrower';
      if (!page.again || tried === MOST_TRIES) throw fail(page.fault);
      const hint = page.after === undefined ? {} : { hint: page.after };
      await wait(nextDelay({ attempt: tried, random: deps.random(), ...hint }), page.fault);
    }
  }

  /** Every line of a window; where the network says how many there are, once more if some are missing. */
  async function readWindow(window: ReportWindow): Promise<ReportRow[] | 'narrower'> {
    for (let tried = 1; ; tried += 1) {
      const read = await readPages(window);
      if (read === 'narrower') return read;
      const { rows, ignored, total } = read;
      const lines = new Set(rows.map(keyOf)).size + ignored;
      if (total === undefined || lines >= total) return rows;
      if (tried === 2) throw fail(`${title} says that its report has ${total} lines, and gives ${lines}`);
      await wait(seconds(5), `${title} gave half a report`);
    }
  }

  async function readPages(
    window: ReportWindow,
  ): Promise<{ rows: ReportRow[]; ignored: number; total: number | undefined } | 'narrower'> {
    const rows: ReportRow[] = [];
    let ignored = 0;
    const seen = new Set<string>();
    let total: number | undefined;
    let page: string | undefined;
    do {
      const read = await readPage(page === undefined ? window : { ...window, page });
      if (read === 'narrower') return read;
      for (const row of read.rows) rows.push(row);
      ignored += read.ignored ?? 0;
      total ??= read.total;
      page = read.next;
      if (page !== undefined && (seen.has(page) || seen.size === MOST_PAGES))
        throw fail(`${title} leads from page to page without an end`);
      seen.add(page ?? '');
    } while (page !== undefined);
    return { rows, ignored, total };
  }

  return { readWindow, requests: () => requests };
}

/** What the definition leaves open. */
function faultOf(response: HttpResponse, title: string): ReportFault {
  const { status } = response;
  const again = status === 408 || status === 425 || status === 429 || status >= 500;
  const after = retryAfter(response);
  if (status === 429) return { fault: `${title} asks to slow down (429)`, again, after };
  if (again) return { fault: `${title} is unavailable (${status})`, again, after };
  if (status === 401 || status === 403 || status === 407)
    return {
      fault: `${title} doesn’t let these credentials read its report (${status}): check the connection’s settings`,
    };
  if (status >= 200 && status < 300) return { fault: `${title} answered ${status} with no whole report`, again: true };
  return { fault: `${title} refused to give its report (${status})` };
}
