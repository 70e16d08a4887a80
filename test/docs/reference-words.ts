/** What the reference says of things that the code only names: variables, fields of the configuration file, admin routes. */

export const ENVIRONMENT: Record<string, [defaults: string, meaning: string]> = {
  PORT: ['8787', 'where to listen; 0 takes any free port'],
  HOST: ['127.0.0.1', 'address to listen on'],
  CLICKTHREAD_DATA: ['`./data`', 'folder of the SQLite file and of generated keys'],
  DATABASE_URL: ['none', 'refused by this version, which keeps its data in SQLite'],
  CLICKTHREAD_KEY: ['generated', 'seals secrets and personal data; without it a backup can’t be read'],
  CLICKTHREAD_ADMIN_TOKEN: ['generated, printed once', 'Bearer token of `/admin/api`, at least 16 characters'],
  CLICKTHREAD_PUBLIC_URL: ['from HOST and PORT', 'the address that browsers use, https'],
  CLICKTHREAD_PATH: ['`/t`', 'prefix of the browser routes'],
  CLICKTHREAD_TRUST_PROXY: [
    'off',
    'proxies to believe about the visitor’s address: `all`, or addresses, ranges, `loopback`',
  ],
  CLICKTHREAD_ALLOW_PRIVATE: ['0', '`1` lets connections name private or loopback hosts, over plain http too'],
  CLICKTHREAD_LOG: ['`info`', '`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`'],
};

export const SITE: Record<string, string> = {
  id: 'short name; it stands in the address of the tag',
  name: 'name for people',
  domains: 'hosts whose pages may report, with their subdomains, and between which the journey is carried',
  linked: 'other domains of the same journey, such as the checkout',
  currency: 'ISO 4217, for orders that name none',
  timezone:
    'IANA name; how times of the shop without an offset are read (`placedAt`, `clickedAt`). A time that the clock shows twice is the first of the two, one that it leaps over counts as much later as it leaps',
  thankYouUrl: 'where the sale form leads, and nowhere else',
  consent: '`wait` for the shop’s call, `granted`, or `auto`: read the page’s signals',
  release: '`browser`: its report alone releases a conversion; `shop`: the shop’s own report does',
  signedOrders: '`required`: a browser’s order must carry the shop’s signature',
  'attribution.window': 'how old a touch may be; a connection’s own window goes before it',
  'attribution.model': 'which touch wins inside the window',
  'attribution.precedence': 'kinds of touches, the strongest first; one that is left out is never credited',
  'attribution.coupons':
    'codes that belong to a partner: `{ CODE: { connection, exclusive } }`; an exclusive code overrides the click',
  'attribution.standDown.mode': 'a touch in the checkout shortly after a partner’s: `off`, `report` only, or `on`',
  'attribution.standDown.minutes': 'how shortly',
  'attribution.standDown.paths': 'where the checkout lies',
  'retention.touches':
    'touches, proofs of withdrawn consent, and which customer used which browser, are forgotten after it',
  'retention.personal': 'personal fields of orders, bodies of exchanges and refused orders are forgotten after it',
  'retention.contacts':
    'personal fields of a list’s contacts are forgotten when nothing was heard of the person for so long: no order, no sign-in, no change; a sign-in or an order brings them back. As `retention.personal` unless given',
  'tag.detect': 'whether the tag finds orders by itself',
  'tag.dataLayer': 'name of the data layer',
  'tag.frames': 'whether the journey is handed to frames',
  'tag.paid': 'ad-platform click ids to capture, where a rule weighs them',
  'tag.referrals':
    'landing parameters that carry a partner without a click id; `referrer` also counts the host that a visitor came from, and costs every page a (cached) request',
  'tag.cookies': 'cookies that a network wants under its own name: `{ name, param, days }`',
};

export const CONNECTION: Record<string, string> = {
  id: 'short name, once a site',
  type: 'a destination, source or list below',
  enabled: '`false` pauses it',
  window: 'attribution window; the destination’s or the site’s unless given',
  mode: 'what it hears of orders that another partner won: nothing (`suppress`), or that it lost (`inform`)',
  exclusive: '`false`: outside the contest, credited for every order that it touched',
  'limits.perHour': 'requests an hour',
  'limits.concurrency': 'requests at once',
  'limits.deadline': 'how long a report is tried',
  'limits.earliest': 'how long a report waits before its first try',
  'limits.timeout': 'how long one exchange may take',
  settings: 'as its type asks; a secret as `${NAME}`, from the environment',
};

export const ADMIN: Record<string, string> = {
  'GET /sites': 'sites as the configuration file has them, with their script tag',
  'GET /sites/:site': 'one site',
  'PUT /sites/:site': 'make or replace a site; its connections stay',
  'DELETE /sites/:site': 'remove a site with its connections',
  'GET /sites/:site/gtm/:file':
    '`template` or `container`, as a download for Google Tag Manager; `?connection=ID` where the site has CS-Cart shops in several currencies',
  'GET /export-config': 'the configuration as YAML (`?format=json`, `?site=`), secrets as references',
  'GET /types': 'what can be connected, with the settings that each asks for',
  'GET /connections': 'connections of all sites, secrets masked, with deliveries by state',
  'GET /sites/:site/connections': 'connections of a site',
  'POST /sites/:site/connections': 'make a connection',
  'GET /sites/:site/connections/:id': 'one connection',
  'PUT /sites/:site/connections/:id': 'make or replace it; secrets that are masked or left out stay, null removes one',
  'DELETE /sites/:site/connections/:id': 'remove it with its settings and secrets',
  'POST /sites/:site/connections/:id/test': 'test it; 422 names the stage that failed',
  'POST /sites/:site/connections/:id/pause': 'switch it off',
  'POST /sites/:site/connections/:id/resume': 'switch it on',
  'GET /deliveries': 'reports, newest first; `?site`, `connection`, `status`, `since`, `order`, `limit`',
  'POST /replay': 'send held and rejected reports again; the same filters in the body, `dryRun`',
  'GET /orders': 'orders, page by page; `?site`, `limit`, `after`',
  'GET /orders/:orderId': 'an order’s whole story',
  'GET /quarantine': 'refused orders; `?site`',
  'GET /quarantine/:id': 'one with the body that was refused',
  'POST /quarantine/replay': 'read them again: `{ ids, site }`, all unless given',
  'POST /quarantine/drop': 'drop them: `{ ids }`',
  'DELETE /quarantine/:id': 'drop one',
  'GET /keys': 'keys, never their values',
  'POST /keys': 'make one: `{ kind: api | webhook | order, sites, label }`; the value is in the answer, this once',
  'DELETE /keys/:id': 'revoke one',
  'GET /status': 'the doctor’s findings; `?test=1` asks vendors and the public address, too',
  'GET /audit': 'who changed what, newest first; `?before=ID`',
  'POST /erase': 'forget a person: `{ email | customer | visitor, site }`',
};
