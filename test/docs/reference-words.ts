/** What the reference says of things that the code only names: variables, fields of the configuration file, admin routes. */

export const ENVIRONMENT: Record<string, [defaults: string, meaning: string]> = {
  PORT: ['8787', 'where to listen; 0 takes any free port'],
  HOST: ['127.0.0.1', 'address to listen on'],
  CLICKTHREAD_DATA: ['`./data`', 'folder of the SQLite file and of generated keys'],
  DATABASE_URL: [
    'none',
    'a PostgreSQL that holds the data instead of a SQLite file, such as `postgres://user:password@host/clickthread`: for several collectors beside each other (docs/scaling.md)',
  ],
  CLICKTHREAD_KEY: ['generated', 'seals secrets and personal data; without it a backup can’t be read'],
  CLICKTHREAD_ADMIN_TOKEN: ['generated, printed once', 'Bearer token of `/admin/api`, at least 16 characters'],
  CLICKTHREAD_PUBLIC_URL: ['from HOST and PORT', 'the address that browsers use, https'],
  CLICKTHREAD_PATH: ['`/t`', 'prefix of the browser routes'],
  CLICKTHREAD_TRUST_PROXY: [
    'off',
    'proxies to believe about the visitor’s address: how many stand in front (`1`), or addresses, ranges, `loopback`; `all` believes anybody and leaves limits by address to whoever forges one',
  ],
  CLICKTHREAD_ALLOW_PRIVATE: ['0', '`1` lets connections name private or loopback hosts, over plain http too'],
  CLICKTHREAD_LIMITS: [
    '`address=20/200,visitor=2/30,order=20,bytes=2G,rows=5M`',
    'what browsers may send: requests a second / at once by address (IPv6 by /64; loopback and private addresses are never limited) and by visitor, reports an hour about one order id (the first report of each address is heard beyond it, five times as many), with `site=500/5000` all visits and all orders of a site together, bytes and rows a day of a site. A part or the whole may be `off`',
  ],
  CLICKTHREAD_METRICS_PORT: ['none', '`/metrics` without a token, on 127.0.0.1 alone'],
  CLICKTHREAD_OIDC_ISSUER: [
    'none',
    'sign-in to the dashboard by OpenID Connect: address of the issuer, such as `https://accounts.google.com`; with `CLICKTHREAD_OIDC_CLIENT_ID` and `CLICKTHREAD_OIDC_CLIENT_SECRET`',
  ],
  CLICKTHREAD_OIDC_CLIENT_ID: ['none', 'client id that the issuer gave'],
  CLICKTHREAD_OIDC_CLIENT_SECRET: ['none', 'its secret'],
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
  consent:
    '`wait` for the shop’s call, `granted`, or `auto`: read the page’s signals. Where it waits, no answer is no yes: an order waits for its visitor’s',
  shopConsent:
    'with `consent: wait`: an order that the shop reports without `consent` and without a visitor who is known `wait`s, or is told (`granted`)',
  gpc: 'whether Global Privacy Control is a no of visitors who have not said yes (`respect` says the same as `honour`); a change to `ignore` is in the audit log',
  release: '`browser`: its report alone releases a conversion; `shop`: the shop’s own report does',
  signedOrders: '`required`: a browser’s order must carry the shop’s signature',
  withoutScript:
    '`refused`: no sale pixel and no sale form; for a shop whose pages run the tag, so that an image in what somebody wrote on them reports nothing',
  'attribution.window': 'how old a touch may be; a connection’s own window goes before it',
  'attribution.model': 'which touch wins inside the window',
  'attribution.precedence': 'kinds of touches, the strongest first; one that is left out is never credited',
  signals:
    'own thresholds of the signs of invented money, by name: `{ fast: 5, amount: 20 }`; see the table in docs/security.md',
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
  customers:
    'whom the programme pays for: `all`, `new` or `returning` customers; where the shop doesn’t say which one is, it counts',
  'limits.perHour': 'requests an hour',
  'limits.perMinute': 'requests a minute; connections with one credential share it where the network counts so',
  'limits.concurrency': 'requests at once',
  'limits.deadline': 'how long a report is tried',
  'limits.earliest': 'how long a report waits before its first try',
  'limits.timeout': 'how long one exchange may take',
  settings: 'as its type asks; a secret as `${NAME}`, from the environment',
};

export const ALERT: Record<string, string> = {
  id: 'short name',
  type: '`email`, `webhook` or `slack`',
  enabled: '`false` switches it off',
  sites: 'of these sites alone; else of all, and of the machine itself',
  about:
    'of these alone; else of everything: a connection `held`, its vendor’s `outage`, reports `rejected`, orders refused (`quarantine`) or `contested`, `silence` against the same hours of the weeks before, the day’s `budget`, `disk`, a `clock` that leapt',
  quiet: 'hours in which nothing is sent, by the site’s clock: `22:00-07:00`',
  settings: 'as its type asks; a secret as `${NAME}`, from the environment',
};
