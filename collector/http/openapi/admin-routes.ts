/** Every route of the admin API as data, for `/openapi.json` and docs/reference.md: what it does and takes, and what it answers but for 200 with JSON. */

/** What stands in a body, field by field. */
type Shape = Readonly<Record<string, unknown>>;

export interface AdminRoute {
  what: string;
  /** Names in the query. */
  query?: readonly string[];
  /** Fields of the body by name; `OBJECT` alone where it is a document of its own. */
  body?: Shape;
  done?: number | readonly number[];
  /** Media types of the answer. */
  as?: readonly string[];
}

const TEXT = { type: 'string' } as const;
const FLAG = { type: 'boolean' } as const;
const COUNT = { type: 'integer', minimum: 1 } as const;
const TEXTS = { type: 'array', items: TEXT } as const;
export const OBJECT = { type: 'object' } as const;

export const ADMIN_ROUTES: Readonly<Record<string, AdminRoute>> = {
  'GET /sites': { what: 'sites as the configuration file has them, with their script tag' },
  'GET /sites/:site': { what: 'one site' },
  'PUT /sites/:site': {
    what: 'make or replace a site; its connections stay; with `seen`, the `version` that one began with, 409 where somebody changed it meanwhile',
    body: OBJECT,
    done: [200, 201],
  },
  'DELETE /sites/:site': { what: 'remove a site with its connections', done: 204 },
  'POST /sites/:site/what-if': {
    what: 'what other rules would have decided on the orders of the last `days` (30, at most 400; the newest 2,000 orders): `{ days, attribution, connections }` as `explain --rules` takes them; nothing is stored and nothing is sent',
    body: { days: COUNT, attribution: OBJECT, connections: OBJECT },
  },
  'GET /sites/:site/gtm/:file': {
    what: '`template` or `container`, as a download for Google Tag Manager; `?connection=ID` where the site has CS-Cart shops in several currencies',
    query: ['connection', 'orderSource'],
    as: ['text/plain', 'application/json'],
  },
  'GET /export-config': {
    what: 'the configuration as YAML (`?format=json`, `?site=`), secrets as references',
    query: ['format', 'site'],
    as: ['text/yaml', 'application/json'],
  },
  'POST /find/shop': {
    what: 'what can be learnt of a shop from one address: `{ address }`; hosts, name, currency, checkout',
    body: { address: TEXT },
  },
  'GET /rehearsal': { what: 'whether the stand-ins of networks on this machine can be spoken to, and which there are' },
  'GET /sites/:site/signs': {
    what: 'the lines for a site’s pages, and when they were last heard of: tag, touch, consent, order, with the page’s host where it is known',
  },
  'POST /sites/:site/rehearsal': {
    what: 'report a first order in the shop’s name, with a click that no network made: `{ connection }`; it is told like any other',
    body: { connection: TEXT },
    done: 201,
  },
  'GET /types': { what: 'what can be connected, with the settings that each asks for' },
  'GET /connections': { what: 'connections of all sites, secrets masked, with deliveries by state' },
  'GET /sites/:site/connections': { what: 'connections of a site' },
  'POST /sites/:site/connections': { what: 'make a connection', body: OBJECT, done: 201 },
  'GET /sites/:site/connections/:id': { what: 'one connection' },
  'PUT /sites/:site/connections/:id': {
    what: 'make or replace it; secrets that are masked or left out stay, null removes one; with `seen`, the `updatedAt` that one began with, 409 where somebody changed it meanwhile',
    body: OBJECT,
    done: [200, 201],
  },
  'DELETE /sites/:site/connections/:id': { what: 'remove it with its settings and secrets', done: 204 },
  'POST /sites/:site/connections/:id/test': { what: 'test it; 422 names the stage that failed' },
  'POST /sites/:site/connections/:id/reconcile': {
    what: 'compare a network’s own report with what it was told: `{ report, since, until, orderColumn, amountColumn, statusColumn, format }`, `report` the text of the CSV file (30 MB at most), or without it `since` (`30d`) and the network is asked for it; `dryRun: false` takes over the verdicts that it holds, `send: true` tells the network again what it has otherwise; `format: "csv"` answers with the differences as a file',
    body: {
      report: TEXT,
      since: TEXT,
      until: TEXT,
      orderColumn: TEXT,
      amountColumn: TEXT,
      statusColumn: TEXT,
      format: TEXT,
      dryRun: FLAG,
      send: FLAG,
    },
    as: ['application/json', 'text/csv'],
  },
  'GET /sites/:site/connections/:id/comparisons': {
    what: 'the newest 20 of them, from the dashboard, the command line and this interface, with what each found and what was done',
  },
  'GET /sites/:site/connections/:id/comparisons/:comparison': {
    what: 'one of them with its differences (the first 10,000); `?format=csv` as a file',
    query: ['format'],
    as: ['application/json', 'text/csv'],
  },
  'POST /sites/:site/connections/:id/pause': { what: 'switch it off' },
  'POST /sites/:site/connections/:id/resume': { what: 'switch it on' },
  'GET /sites/:site/connections/:id/sync': {
    what: 'how far a shop is synchronized, what may be done now, and the address for its webhooks',
  },
  'POST /sites/:site/connections/:id/sync/test': { what: 'test the way to the shop; 422 names the stage that failed' },
  'POST /sites/:site/connections/:id/sync/start': {
    what: 'begin the first synchronization, after a test that passed',
    done: 202,
  },
  'POST /sites/:site/connections/:id/sync/resync': { what: 'read everything again', done: 202 },
  'POST /sites/:site/connections/:id/sync/disable': { what: 'stop synchronizing' },
  'POST /sites/:site/connections/:id/sync/enable': { what: 'synchronize again' },
  'POST /sites/:site/connections/:id/sync/hook': { what: 'register the webhooks at the shop' },
  'GET /sites/:site/connections/:id/sync/progress': {
    what: 'the run as it goes: a stream of events (`event: progress`) that ends with the run',
    as: ['text/event-stream'],
  },
  'GET /sites/:site/connections/:id/list': { what: 'the customer list in numbers: subscribers, segments, changes' },
  'GET /sites/:site/connections/:id/list/export': {
    what: 'the list as a file: `?segment`, `?format=csv` or `jsonl`',
    query: ['segment', 'format'],
    as: ['text/csv', 'application/x-ndjson'],
  },
  'GET /sites/:site/connections/:id/onsite-tracking': {
    what: 'an import file for Google Tag Manager that reads this shop’s pages',
  },
  'GET /deliveries': {
    what: 'reports, newest first; `?site`, `connection`, `status`, `since`, `order`, `limit`',
    query: ['site', 'connection', 'status', 'since', 'order', 'limit'],
  },
  'GET /queues': {
    what: 'what each network is still owed: how many reports, since when, what holds them up and until when, what is left of its hour or minute; `?site`',
    query: ['site'],
  },
  'POST /replay': {
    what: 'send held and rejected reports again, at most 5,000 at once (`more`: ask again for the rest); the same filters in the body, `dryRun`',
    body: { site: TEXT, connection: TEXT, status: TEXT, since: TEXT, order: TEXT, limit: COUNT, dryRun: FLAG },
  },
  'GET /orders': {
    what: 'orders, page by page; `?site`, `limit`, `after`; or the newest ones with `contested=1`, `signal=NAME`',
    query: ['site', 'limit', 'after', 'contested', 'signal'],
  },
  'GET /orders/:orderId': { what: 'an order’s whole story', query: ['site'] },
  'POST /orders/:orderId/credit': {
    what: 'decide a contested order: `{ credit }` is the id of an observation, or `nobody`',
    body: { site: TEXT, credit: TEXT },
  },
  'POST /orders/:orderId/change': {
    what: 'refund, cancel or correct in the shop’s name: `{ site, status, total, currency, reason }` as PATCH takes them; the reason is a must and is logged with who said so',
    body: { site: TEXT, status: TEXT, total: TEXT, currency: TEXT, reason: TEXT },
  },
  'GET /orders/:orderId/shares': { what: 'links to its story that are good, never their addresses', query: ['site'] },
  'POST /orders/:orderId/shares': {
    what: 'a link to the story for whoever looks after a partner: `{ site, connection, days }` (7 days unless given, at most 90); its address is in the answer, this once. It shows the decision, the touches, the partner’s own clicks and reports, and nobody’s data',
    body: { site: TEXT, connection: TEXT, days: COUNT },
    done: 201,
  },
  'DELETE /orders/:orderId/shares/:id': { what: 'end such a link', query: ['site'], done: 204 },
  'POST /story': {
    what: 'what such a link shows: `{ site, token }` from its address; without sign-in',
    body: { site: TEXT, token: TEXT },
  },
  'POST /orders/:orderId/done': {
    what: 'tick off reports that a person did at the network: `{ site, deliveries }`',
    body: { site: TEXT, deliveries: TEXTS },
  },
  'POST /find/orders': {
    what: 'orders, newest first, with the states of their reports: `{ text, site, partner, status, delivery, contested, since, until, after, format }`; `text` is a number of an order or its beginning, a click id, an amount, the customer’s e-mail or id; `format: "csv"` answers with a file of all that are found, at most 100,000',
    body: {
      text: TEXT,
      site: TEXT,
      partner: TEXT,
      status: TEXT,
      delivery: TEXT,
      contested: FLAG,
      since: TEXT,
      until: TEXT,
      after: TEXT,
      format: TEXT,
    },
    as: ['application/json', 'text/csv'],
  },
  'GET /live': {
    what: 'the newest orders, again whenever anything about one changes, and for operators what was refused: a stream of events for `Accept: text/event-stream` (`event: now` with the collector’s time, then `event: order`, `event: refused`, and `event: refusals` with the ids of those that still stand, resumed by `Last-Event-ID`, ended after a minute to be asked for again), else the newest once; `?site`',
    query: ['site'],
    as: ['application/json', 'text/event-stream'],
  },
  'GET /figures': {
    what: 'sales by day and by partner, beside as many days before: `?from=2026-11-01&to=2026-11-30`, `site`, `format=csv`',
    query: ['from', 'to', 'site', 'format'],
    as: ['application/json', 'text/csv'],
  },
  'GET /todo': { what: 'what waits for a person, the most pressing first; `?site`', query: ['site'] },
  'GET /quarantine': { what: 'refused orders; `?site`', query: ['site'] },
  'GET /quarantine/:id': { what: 'one with the body that was refused' },
  'POST /quarantine/:id/mend': {
    what: 'read one as if it had been sent so: `{ body }`, a text; what is still wrong is named and nothing changes',
    body: { body: TEXT },
  },
  'POST /quarantine/replay': {
    what: 'read them again: `{ ids, site }`, all unless given',
    body: { ids: TEXTS, site: TEXT },
  },
  'POST /quarantine/drop': { what: 'drop them: `{ ids }`', body: { ids: TEXTS } },
  'DELETE /quarantine/:id': { what: 'drop one', done: 204 },
  'GET /keys': { what: 'keys, never their values' },
  'POST /keys': {
    what: 'make one: `{ kind: api | webhook | order, sites, label }`; the value is in the answer, this once',
    body: { kind: TEXT, sites: TEXTS, label: TEXT },
    done: 201,
  },
  'DELETE /keys/:id': { what: 'revoke one', done: 204 },
  'GET /status': { what: 'the doctor’s findings; `?test=1` asks vendors and the public address, too', query: ['test'] },
  'GET /audit': { what: 'who changed what, newest first; `?before=ID`', query: ['before'] },
  'POST /session': {
    what: 'sign in: `{ token }` from a link of `user add` or `user link`; sets the cookie of a session. With one, changes carry `X-Clickthread: dashboard`',
    body: { token: TEXT },
    done: 201,
  },
  'GET /sign-in': { what: 'which ways in there are beside a link: `{ openId }`' },
  'GET /open-id': { what: 'the way to the issuer of OpenID Connect, where one is set up', done: 303 },
  'GET /open-id/back': {
    what: 'the way back from it: leads to the dashboard with a one-time link, or says why not',
    query: ['code', 'state'],
    done: 303,
  },
  'GET /session': { what: 'who asks: name, role, sites' },
  'DELETE /session': { what: 'sign out', done: 204 },
  'GET /sessions': { what: 'open sessions: one’s own, an owner’s all' },
  'DELETE /sessions/:id': { what: 'end one at once', done: 204 },
  'GET /people': { what: 'who may enter, with role and sites' },
  'POST /people': {
    what: 'let somebody in: `{ name, role: owner | operator | viewer, sites }`; the answer holds a link that works once, for an hour',
    body: { name: TEXT, role: TEXT, sites: TEXTS },
    done: 201,
  },
  'PUT /people/:name': { what: 'change role and sites', body: { role: TEXT, sites: TEXTS }, done: 204 },
  'POST /people/:name/link': { what: 'a new link; one that was not used ends', done: 201 },
  'DELETE /people/:name': { what: 'shut somebody out: their sessions end', done: 204 },
  'GET /alerts': {
    what: 'alert channels, secrets masked, the conditions that hold, and what a form needs: the kinds of alerts, and the settings of each way of telling',
  },
  'GET /alerts/:id': { what: 'one channel' },
  'PUT /alerts/:id': { what: 'make or replace it; secrets that are masked or left out stay', body: OBJECT },
  'DELETE /alerts/:id': { what: 'remove it with its settings and secrets', done: 204 },
  'POST /alerts/:id/test': { what: 'send it a message now; 422 says what went wrong' },
  'POST /person': {
    what: 'everything that is held about a person, opened: `{ email | phone | customer | visitor, site, format: json | csv }`, a file where a format is named; each goes into the audit log',
    body: { email: TEXT, phone: TEXT, customer: TEXT, visitor: TEXT, site: TEXT, format: TEXT },
    as: ['application/json', 'text/csv'],
  },
  'POST /erase': {
    what: 'forget a person: `{ email | phone | customer | visitor, site, dryRun }`; with `dryRun` it only counts what would go',
    body: { email: TEXT, phone: TEXT, customer: TEXT, visitor: TEXT, site: TEXT, dryRun: FLAG },
  },
};
