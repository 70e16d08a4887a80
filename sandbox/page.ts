/** The sandbox's pages: which vendors there are, and for each what it received and recorded, newest first. */
import type { Booth } from './booth.ts';
import { escapeHtml, page } from './html.ts';
import type { Exchange, Reply } from './reply.ts';
import type { LoggedRequest } from './request-log.ts';

const SHOWN = 100;

/** `/` and `/sandbox` list the vendors; `/VENDOR` and `/sandbox/VENDOR` show one; anything else is not found. */
export function answerPage(exchange: Exchange, booths: Map<string, Booth>): Reply {
  const name = exchange.path.replace(/^\/(sandbox(\/|$))?/, '');
  const booth = booths.get(name);
  if (exchange.method !== 'GET' || (name !== '' && !booth))
    return html(404, page({ title: 'Not found', body: notFound() }));
  const refresh = exchange.query.has('refresh');
  const head = refresh ? '<meta http-equiv="refresh" content="3">' : '';
  if (!booth) return html(200, page({ title: 'Clickthread sandbox', head, body: overview(booths, refresh) }));
  return html(200, page({ title: `${booth.vendor.title} sandbox`, head, body: vendorPage(booth, refresh) }));
}

function html(status: number, body: string): Reply {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
  };
  return { status, headers, body };
}

const notFound = () => '<h1>Nothing here</h1><p><a href="/">All vendors of this sandbox</a></p>';

const refreshLink = (on: boolean) =>
  on ? '<a href="?">Stop refreshing</a>' : '<a href="?refresh=1">Refresh every 3 seconds</a>';

function overview(booths: Map<string, Booth>, refresh: boolean): string {
  const cards = [...booths.values()].map(
    ({
      vendor,
      log,
    }) => `<section class="card"><h2 style="margin-top:0"><a href="/sandbox/${vendor.name}">${escapeHtml(vendor.title)}</a></h2>
<p class="soft">${escapeHtml(vendor.about)}</p><p>${countsText({ requests: log.total(), ...vendor.counts() })}</p></section>`,
  );
  return `<h1>Sandbox</h1><p class="soft">Strict counterparts of the outside systems. Point a connection's <code>baseUrl</code> at
<code>/VENDOR</code> of this address and rehearse. ${refreshLink(refresh)}</p>${cards.join('')}`;
}

function vendorPage({ vendor, log, script }: Booth, refresh: boolean): string {
  const records = vendor.recorded(SHOWN).slice(-SHOWN).reverse();
  const requests = log.list(SHOWN).reverse();
  const pending = script.pending();
  return `<p><a href="/">All vendors</a></p><h1>${escapeHtml(vendor.title)}</h1>
<p class="soft">${escapeHtml(vendor.about)}</p>
<p class="row"><span>${countsText({ requests: log.total(), ...vendor.counts() })}</span> ${refreshLink(refresh)}
<a href="/sandbox/api/${vendor.name}">As JSON</a></p>
${pending.length > 0 ? `<div class="card"><b>Scripted:</b><pre>${escapeHtml(JSON.stringify(pending, null, 1))}</pre></div>` : ''}
<h2>Recorded (newest ${records.length})</h2>${recordTable(vendor.columns, records)}
<h2>Received (newest ${requests.length} of ${log.total()})</h2>${requests.map(requestCard).join('') || '<p class="soft">Nothing yet.</p>'}`;
}

function recordTable(columns: readonly string[], records: readonly object[]): string {
  if (records.length === 0) return '<p class="soft">Nothing yet.</p>';
  const head = columns.map((name) => `<th>${escapeHtml(name)}</th>`).join('');
  const rows = records.map((record) => {
    const cells = columns.map((name) => `<td>${cell((record as Record<string, unknown>)[name])}</td>`).join('');
    const all = escapeHtml(JSON.stringify(record, null, 2));
    return `<tr>${cells}<td><details><summary>all</summary><pre>${all}</pre></details></td></tr>`;
  });
  return `<div class="wide"><table><thead><tr>${head}<th></th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  return escapeHtml(typeof value === 'object' ? JSON.stringify(value) : value);
}

function requestCard(entry: LoggedRequest): string {
  const scripted = entry.scripted ? ` <span class="bad">scripted: ${escapeHtml(entry.scripted)}</span>` : '';
  const details = { headers: entry.headers, body: entry.body, fields: entry.fields, answer: entry.answer };
  return `<details class="card"><summary><code>${escapeHtml(entry.method)} ${escapeHtml(entry.path)}</code> ${verdict(entry)}
<span class="soft">${new Date(entry.at).toISOString()}</span>${scripted}</summary><pre>${escapeHtml(JSON.stringify(details, null, 2))}</pre></details>`;
}

function verdict({ answer }: LoggedRequest): string {
  if (!answer) return '<span class="soft">waiting</span>';
  if ('dropped' in answer) return `<span class="bad">${escapeHtml(answer.dropped)}</span>`;
  return `<span class="${answer.status < 400 ? 'good' : 'bad'}">${answer.status}</span>`;
}

function countsText(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([name, count]) => `<b>${count}</b> ${escapeHtml(name)}`)
    .join(' · ');
}
