/** A site as the configuration file describes it: the shape, its defaults, and its reading with every problem at once. */
import { z } from 'zod';
import { days, parseDuration } from '../lib/duration.ts';
import { isTimeZone } from '../lib/local-time.ts';
import { isCurrency } from '../lib/money.ts';
import { nearestWord } from '../lib/nearest.ts';
import { SIGNAL_NAMES, type SignalName } from '../model/authority/signal-names.ts';

const ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const HOST = /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?$/i;
const PARAM = /^[\w.-]{1,64}$/;

const id = z.string().regex(ID, 'must be letters, digits, - and _, at most 64');
/** A host as a page's address has it: in small letters, other scripts in ASCII, without the root's dot. */
function asInAddress(text: string): string {
  const [, star = '', named = ''] = /^(\*\.)?(.*)$/.exec(text) ?? [];
  const [, name = '', port = ''] = /^(.*?)\.?(:\d+)?$/.exec(named) ?? [];
  // Only letters beyond ASCII need the parser, which would also take what is no host name.
  const ascii = /[^\0-\x7f]/.test(name) && URL.canParse(`http://${name}`) ? new URL(`http://${name}`).hostname : name;
  return star + ascii.toLowerCase() + port;
}

/** People copy a host out of the address bar. */
const host = z
  .string()
  .transform((text) =>
    asInAddress(
      text
        .trim()
        .replace(/^https?:\/\//i, '')
        .replace(/[/?#].*$/, ''),
    ),
  )
  .refine((text) => HOST.test(text), 'must be a host name such as "shop.example"');
const param = z
  .string()
  .regex(PARAM, 'must be the name of a landing parameter')
  .transform((name) => name.toLowerCase());
const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms === undefined)
    context.addIssue({ code: 'custom', message: 'must be a duration such as "30d", "12h" or "10m"' });
  return ms ?? 0;
});
const webAddress = z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
  message: 'must be an http(s) address',
});

const kind = z.enum(['partner', 'paid', 'campaign', 'referral']);

const attribution = z.strictObject({
  window: duration.default(days(30)),
  model: z.enum(['last-touch', 'first-touch']).default('last-touch'),
  /** Kinds in order of precedence; a kind that is left out is never credited. */
  precedence: z.array(kind).min(1).default(['partner', 'paid', 'campaign', 'referral']),
  coupons: z
    .record(z.string(), z.strictObject({ connection: z.string(), exclusive: z.boolean().default(false) }))
    .default({}),
  standDown: z
    .strictObject({
      mode: z.enum(['off', 'report', 'on']).default('off'),
      minutes: z.number().int().min(1).max(1440).default(30),
      paths: z.array(z.string().startsWith('/')).default(['/cart', '/checkout', '/basket']),
    })
    .prefault({}),
});

/** A name that is none would set a threshold for nothing. */
const signals = z.record(z.string(), z.number().min(0)).superRefine((given, context) => {
  for (const name of Object.keys(given)) {
    if (SIGNAL_NAMES.includes(name as SignalName)) continue;
    const near = nearestWord(name, SIGNAL_NAMES);
    const hint = near === undefined ? `there are ${SIGNAL_NAMES.join(', ')}` : `did you mean ${near}?`;
    context.addIssue({ code: 'custom', path: [name], message: `is no sign of invented money; ${hint}` });
  }
});

const tag = z.strictObject({
  detect: z.boolean().default(true),
  dataLayer: z
    .string()
    .regex(/^[A-Za-z_$][\w$]{0,63}$/, 'must be the name of a global variable')
    .default('dataLayer'),
  frames: z.boolean().default(false),
  /** Ad-platform click ids to capture; needed only where a rule weighs them. */
  paid: z.array(param).default([]),
  /** Landing parameters that carry a partner without a click id; `referrer` counts the page that a visitor came from. */
  referrals: z.array(param).default([]),
  cookies: z
    .array(z.strictObject({ name: z.string().regex(/^[\w-]{1,64}$/), param, days: z.number().int().min(1).max(400) }))
    .default([]),
});

export const siteSchema = z.strictObject({
  id,
  name: z.string().max(200).optional(),
  domains: z.array(host).min(1, 'must list the hosts whose pages may report'),
  linked: z.array(host).default([]),
  currency: z
    .string()
    .transform((code) => code.toUpperCase())
    .refine(isCurrency, 'must be an ISO 4217 code such as "USD"')
    .optional(),
  /** What times without an offset mean, where the shop gives any. */
  timezone: z
    .string()
    .refine(isTimeZone, 'must be an IANA time zone such as "Europe/Bucharest" or "UTC"')
    .default('UTC'),
  thankYouUrl: webAddress.optional(),
  consent: z.enum(['wait', 'granted', 'auto']).default('wait'),
  /** Of a shop's report without consent and without a known visitor, where `consent` is `wait`. */
  shopConsent: z.enum(['wait', 'granted']).default('wait'),
  /** Whether Global Privacy Control is a no of visitors who have not answered. */
  gpc: z
    .enum(['honour', 'respect', 'ignore'])
    .transform((word) => (word === 'ignore' ? word : 'honour'))
    .default('honour'),
  release: z.enum(['browser', 'shop']).default('browser'),
  /** Whether an order from a browser must prove its amount with the site's signing key. */
  signedOrders: z.enum(['optional', 'required']).default('optional'),
  /** Whether the sale pixel and the sale form are doors of this site: an image in what somebody wrote on a page of the shop asks the pixel, too. */
  withoutScript: z.enum(['taken', 'refused']).default('taken'),
  attribution: attribution.prefault({}),
  /** Own thresholds of the signs of invented money, by name. */
  signals: signals.default({}),
  retention: z
    .strictObject({
      touches: duration.default(days(400)),
      personal: duration.default(days(90)),
      /** Of lists' contacts; a shop that writes to people who have not bought for long wants it longer. As `personal` unless given. */
      contacts: duration.optional(),
    })
    .prefault({}),
  tag: tag.prefault({}),
});

/** A validated site, durations in milliseconds. */
export type SiteConfig = z.output<typeof siteSchema>;

export const connectionSchema = z.strictObject({
  id,
  type: z.string(),
  enabled: z.boolean().default(true),
  window: duration.optional(),
  mode: z.enum(['suppress', 'inform']).default('suppress'),
  exclusive: z.boolean().default(true),
  /** Whom the programme pays for. */
  customers: z.enum(['all', 'new', 'returning']).default('all'),
  limits: z
    .strictObject({
      perHour: z.number().int().min(1).optional(),
      perMinute: z.number().int().min(1).optional(),
      concurrency: z.number().int().min(1).max(256).optional(),
      deadline: duration.optional(),
      earliest: duration.optional(),
      timeout: duration.optional(),
    })
    .default({}),
  settings: z.record(z.string(), z.unknown()).default({}),
});

export type ConnectionConfig = z.output<typeof connectionSchema>;
