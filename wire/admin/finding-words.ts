/**
 * What the doctor says, by code, in English: the command line prints it, the dashboard says it in its reader's language. Values stand in braces;
 * `at`, `since` and `until` are times. Where a number decides, the words for one stand before the bar, those for several behind it.
 */

export const FINDING_WORDS = {
  /** What somebody else words: a vendor, a problem of the machine. */
  said: '{said}',
  'said.titled': '{title}: {said}',

  'environment.wrong': '{said}',
  'environment.slip': '{name} is no variable of Clickthread and changes nothing.',
  'collector.running': 'running on {address}',
  'collector.away': 'not running on {address}',
  'collector.other': '{address} answers {status}: something else listens there',

  'folder.ok': '{path}, {count} MB free',
  'folder.file': '{path} is a file.',
  'folder.locked': "{path} can't be written.",
  'folder.full': 'Only {count} MB are free.',
  'folder.network': '{path} lies on {system}.',
  'folder.open': '{path} can be read by others.',
  'limits.ok': 'Addresses, visitors and order ids are limited.',
  'limits.off': 'Limits by address are off.',
  'limits.trustAll': 'CLICKTHREAD_TRUST_PROXY=all believes any address: whoever forges one is not limited.',
  'limits.proxy': 'Limits by address are off: every visitor comes from the address of the proxy in front.',
  'limits.nearly': 'Site {site} has used {percent} % of what it may store today.',
  'limits.spent':
    'Site {site} has used up what it may store today: touches are refused; orders still have half as much again.',
  'data.none': 'There is no data yet.',
  'data.durable': 'Write-ahead log, an fsync for every commit.',
  'data.noLog': 'The file has no write-ahead log yet (journal_mode={mode}): the next start turns it on.',
  'data.durablePostgres': 'PostgreSQL {version}, every commit on disk before it is acknowledged.',
  'data.noFsync':
    'PostgreSQL {version} runs with fsync off: a power cut may lose what was acknowledged, and the whole database.',
  'data.migrated': 'None is missing.',
  'data.toMigrate': 'Missing: {names}',
  'tag.built': 'The tag is built.',
  'address.none': 'Browsers are told the address that the collector listens on.',
  'address.ok': '{url} answers.',
  'address.http': '{url} is not https: browsers of https shops refuse it.',
  'address.foreign':
    "{host} is another site than {domains} of {site}: the cookie that outlives Safari's seven days can't be set.",
  'address.status': '{url}: answered {status}',
  'address.away': '{url}: {said}',
  'time.behind':
    'Deletion and deadlines go by {at}, {span} behind this clock: the collector stood still, or the clock has leapt. Sending goes on.',
  'time.ahead':
    'Deletion and deadlines go by {at}, {span} ahead of this clock: the collector stood still, or the clock has leapt. Sending goes on.',
  'clock.ok': 'Nothing contradicts it.',
  'clock.within': "Within {seconds} s of the vendors' clocks.",
  'clock.future': 'The newest delivery is of {at}, which has not come yet.',
  'clock.behind': "It is {seconds} s behind the vendors' clocks.",
  'clock.ahead': "It is {seconds} s ahead of the vendors' clocks.",

  'sites.none': 'No site is configured.',
  'sites.ok': '{names}',
  'site.noTag': 'No page has fetched the tag yet',
  'site.tagGone': 'The tag was last fetched {at}',
  'site.tag': 'tag last fetched {at}',
  'site.hosts': 'seen on {hosts}',
  'site.noHost': 'not seen on {hosts}',
  'site.noConsent': 'no page has granted consent yet',
  'site.touch': 'last touch {at}',
  'site.touch.none': 'no touch yet',
  'site.consent': 'last consent {at}',
  'site.consent.none': 'no consent yet',
  'site.order': 'last order of a page {at}',
  'site.order.none': 'no order of a page yet',
  'site.refused': '{count} report of pages on {host} was refused|{count} reports of pages on {host} were refused',
  'site.shared': '{said}',
  'linker.arrives':
    'last visitor brought over a link {at}, {count} so far|last visitors brought over links {at}, {count} so far',
  'linker.given':
    '{count} visitor left over a link to {hosts}, and none arrived with it|{count} visitors left over links to {hosts}, and none arrived with it',
  'linker.none': 'No visitor has gone over a link to {hosts} yet',
  'page.once': '{host} holds the tag once',
  'page.none': '{host} does not hold the tag in its source: a tag manager may load it',
  'page.twice': '{host} holds the tag {count} times',
  'page.pixels': '{host} loads what tells {titles} by itself, too',
  'page.unread': '{said}',
  'consent.waiting':
    '{count} order waits for an answer about consent: no answer is no yes|{count} orders wait for an answer about consent: no answer is no yes',
  'consent.ended': '{count} order told to nobody for want of consent|{count} orders told to nobody for want of consent',
  'consent.ended.denied': '{count}: the visitor said no',
  'consent.ended.gpc': '{count}: Global Privacy Control without a yes',
  'consent.ended.withdrawn': '{count}: consent was withdrawn',
  'consent.ended.erased': '{count}: the person was erased',
  'orders.touched': 'of the newest {orders} orders {count} had a touch',
  'orders.seen': 'the tag saw {count} of {confirmed} that the shop reported',
  'orders.word': "{count} of {credited} credited ones stand on a browser's word alone",

  'hooks.none': '{title} has not posted yet.',
  'hooks.ok': 'last one taken {at}, {count} so far',
  'hooks.signature':
    'refused {at}: the signature does not match ({count} time so far)|refused {at}: the signature does not match ({count} times so far)',
  'hooks.stale':
    'refused {at}: its time is too old ({count} time so far)|refused {at}: its time is too old ({count} times so far)',
  'hooks.encoding':
    'refused {at}: it is compressed ({count} time so far)|refused {at}: it is compressed ({count} times so far)',
  'hooks.broken':
    'refused {at}: the shop could not say what it wanted to say ({count} time so far)|refused {at}: the shop could not say what it wanted to say ({count} times so far)',
  'hooks.paused': 'paused by somebody: {names}',
  'hooks.unknown': 'Whether they are on is not known: {said}',
  'hooks.restored':
    'switched off by the shop, and on again {at}: {names} ({count} time so far)|switched off by the shop, and on again {at}: {names} ({count} times so far)',
  'asked.ok': '{title} was asked {at}',
  'asked.missed': '{title} could not be asked what the webhooks missed: {said}',
  'asked.failed': '{title} could not be asked for its orders: {said}',

  'connection.paused': 'It is paused by hand: what it would be told waits.',
  'connection.outage': 'Down since {since}: {said}',
  'connection.held': 'Held since {since}: {said}',
  'reports.held': '{count} report held|{count} reports held',
  'reports.byHand': '{count} report to be done by hand|{count} reports to be done by hand',
  'reports.rejected': '{count} report rejected|{count} reports rejected',
  'reports.none': 'None is held or rejected.',
  'reports.late':
    '{count} report has been trying to leave for more than two days.|{count} reports have been trying to leave for more than two days.',
  'quarantine.some': '{count} refused order of {site}|{count} refused orders of {site}',
  'quarantine.none': 'No order was refused.',
  'alerts.nobody': 'Nobody is told when something needs a person.',
  'alerts.failed':
    '{count} message since {since} not delivered: {said}|{count} messages since {since} not delivered: {said}',
  'alerts.ok': '{names}',
  'alerts.told': '{count} condition told: {titles}|{count} conditions told: {titles}',
} as const;

export type FindingCode = keyof typeof FINDING_WORDS;

/** What to do, at a prompt. */
export const MEND_WORDS = {
  'environment.wrong': 'Correct the variable; docs/reference.md lists them.',
  'environment.slip': 'Did you mean {meant}? docs/reference.md lists them.',
  'collector.away':
    'Start it with "clickthread serve". If it runs elsewhere, set PORT and HOST here as they are set there.',
  'collector.other': 'Set PORT to that of the collector, or stop the other program.',
  'folder.file': 'Name a folder with CLICKTHREAD_DATA.',
  'folder.locked': 'Give it to the user that runs the collector, or set CLICKTHREAD_DATA.',
  'folder.full': 'Make room: without it no order can be acknowledged.',
  'folder.soon': 'Make room soon.',
  'folder.network': 'Put CLICKTHREAD_DATA on a local disk: an order acknowledged there may not be safe.',
  'folder.open': 'chmod 600 {path}',
  'limits.off': 'Leave address=off out of CLICKTHREAD_LIMITS.',
  'limits.trustAll': 'Set it to the number of proxies in front, such as 1.',
  'limits.proxy': 'Set CLICKTHREAD_TRUST_PROXY to the number of proxies, such as 1.',
  'limits.spent':
    'Look who sends so much; if it is right, raise bytes and rows in CLICKTHREAD_LIMITS. It begins anew at midnight UTC.',
  'site.make': 'Make a site with "clickthread init" or "clickthread apply FILE".',
  'sites.none': 'Make one with "clickthread init" or "clickthread apply FILE".',
  'data.first': 'Start nothing before this is mended.',
  'data.noFsync': 'Set fsync = on in postgresql.conf and restart it.',
  'data.toMigrate': 'Run "clickthread migrate"; "serve" does it by itself.',
  'tag.build': 'Run "npm run build", or install the package again.',
  'address.none':
    'Set CLICKTHREAD_PUBLIC_URL to the https address that shoppers reach, such as https://t.shop.example.',
  'address.http': 'Put a proxy with a certificate in front, and set CLICKTHREAD_PUBLIC_URL.',
  'address.foreign': "Give the collector a name below the shop's own domain, or proxy {path} from the shop.",
  'address.away':
    "Start the collector, then check DNS, proxy and firewall. From inside some networks the public address can't be reached.",
  'time.agree':
    'If the clock is right: clickthread doctor --agree-time. Else set the clock; nothing was deleted or given up.',
  'clock.set': 'Set the clock of this machine (NTP): networks judge conversions by their time.',
  'site.noTag': 'Put the lines into the pages: clickthread site show {site}',
  'site.tagGone': 'Look whether the script tag is still in the pages, and whether they can reach the collector.',
  'site.noHost': 'Put the tag into the pages of {hosts}, too: clickthread site show {site}',
  'site.tellConsent': "Tell the tag what the visitor answers: clickthread('consent', { marketing: true })",
  'site.readConsent':
    "Look whether your consent banner is one whose answer the tag can read; otherwise call clickthread('consent', …).",
  'site.refused': 'If {host} is yours, add it to domains of {site}, then: clickthread quarantine replay --site {site}',
  'site.shared':
    'Let each host stand in domains of one site; for several shops on one host, put one tag into each page.',
  'linker.given':
    'Look whether {hosts} holds the tag of {site} and keeps _ct in its address: some redirects drop what they do not know.',
  'linker.none':
    'Open the shop by a test click and go to {hosts}: its address carries _ct. If it does not, look whether the tag stands on the page with the link.',
  'page.twice': 'Keep one: a page with two tags does everything twice.',
  'page.pixels':
    'Take what tells the network out of the shop, or pause the connection here: a sale that is told twice may be paid twice.',
  'consent.waiting':
    "Tell the tag what visitors answer (clickthread('consent', …)), state consent in the shop's reports and pixels, or set shopConsent: granted where the shop asks in another way.",
  'orders.unseen':
    'Look whether the tag stands on the thank-you page and the checkout, and whether the order id there is the one that the shop reports.',
  'orders.untouched':
    'Open the shop by a test click (page of a connection) and buy: if that order has no touch either, list the hosts of cart and checkout in linked of {site}.',
  'hooks.none': 'Set it up: clickthread connection hook {connection}',
  'hooks.signature':
    'Compare the secret at the shop with the one of the connection. If they are the same, something on the way changes the body; or somebody else posts to the address.',
  'hooks.stale': 'Look at the clocks of this machine and of the shop, and whether a proxy holds requests back.',
  'hooks.encoding': 'Switch off what compresses requests on the way: the shop signs plain bytes.',
  'hooks.broken':
    'Save the webhook again at the shop, as a user who may see orders; the log of the collector has its words.',
  'hooks.register': 'Mend it there, or after that: clickthread connection hook {connection} --register',
  'hooks.sync': 'Mend it there, or after that: clickthread sync {connection}',
  'hooks.paused': 'Make them active at the shop; or pause the connection, too.',
  'hooks.restored':
    'It gives them up where they are not answered: look whether the collector was away, or refused them.',
  'asked.keys': 'Give the connection the keys of the API.',
  'asked.again': 'Mend it, then: clickthread sync {connection}',
  'asked.unclear': 'Settle it at the shop. It is said for as long as the shop says no more.',
  'connection.paused': 'Switch it on with: clickthread connection resume {connection}',
  'connection.test': 'Mend it, then: clickthread connection test {connection}',
  'connection.outage': 'Nothing is lost; it is tried again at {until}.',
  'connection.held':
    'Mend the settings, then: clickthread connection resume {connection} && clickthread replay --connection {connection}',
  'reports.held': 'A person must act: mend the settings, then send them with "clickthread replay".',
  'reports.byHand':
    'See them with "clickthread deliveries --status by_hand", do them at the network, and tick them off with "clickthread deliveries done ID".',
  'reports.rejected':
    'Look at the reasons with "clickthread deliveries --status rejected"; after a fix send them with "clickthread replay".',
  'reports.late': 'Look at the reasons with "clickthread deliveries --status due".',
  'quarantine.some':
    'Look at them with "clickthread quarantine", mend the cause, then "clickthread quarantine replay".',
  'alerts.nobody': 'Tell somebody: clickthread alert add ops --type email (or webhook, slack)',
  'alerts.failed': 'Mend its settings, then: clickthread alert test {channel}',
} as const;

export type MendCode = keyof typeof MEND_WORDS;

/** What to do in the dashboard, where that is something else than at a prompt: the way there stands beside it. */
export const CLICK_WORDS: Partial<Record<MendCode, string>> = {
  'site.make': 'Set the shop up under “Set up”.',
  'sites.none': 'Set one up under “Set up”.',
  'time.agree':
    'If the clock of the machine is right, say so there at a prompt: clickthread doctor --agree-time. Else set the clock; nothing was deleted or given up.',
  'site.noTag': 'Copy the lines below into the pages of the shop.',
  'site.noHost': 'Copy the lines below into the pages of {hosts}, too.',
  'site.refused': 'If {host} is yours, add it to the domains of {site}, then press “Read all again” in Quarantine.',
  'orders.untouched':
    'Make a test click below and buy: if that order has no touch either, add the hosts of cart and checkout to the linked hosts of {site}.',
  'linker.none':
    'Make a test click below and go to {hosts}: its address carries _ct. If it does not, look whether the tag stands on the page with the link.',
  'hooks.none': 'Its page says where the shop shall post.',
  'hooks.register': 'Mend it there, then save the connection again: the shop is asked to post anew.',
  'hooks.sync': 'Mend it there, then press “Read it again now” on its page.',
  'asked.again': 'Mend it, then press “Read it again now” on its page.',
  'connection.paused': 'Press “Go on” on its page.',
  'connection.test': 'Mend it on its page, then press “Run the test”.',
  'connection.held': 'Mend its settings, then press “Send again” on its page.',
  'reports.held': 'A person must act: mend the settings, then press “Send again”.',
  'reports.byHand': 'Do them at the network, then press “Done by hand” on each order.',
  'reports.rejected': 'Read why under Deliveries; after a fix press “Send again”.',
  'reports.late': 'Read why under Deliveries.',
  'quarantine.some': 'Look at them in Quarantine, mend the cause, then press “Read all again”.',
  'alerts.nobody': 'Add a channel under Alerts.',
  'alerts.failed': 'Mend its settings, then press “Send a test message”.',
};
