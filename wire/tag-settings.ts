/** The site's settings as the running tag reads them: what it would otherwise work out on every page is worked out before. Pure. */
import type { TagSettings } from './messages.ts';

/** What a page needs of the site's settings. */
export interface PreparedSettings extends Pick<TagSettings, 'collector' | 'domains' | 'gpc' | 'dataLayer' | 'frames'> {
  /**
   * As what a no is remembered: `'0'` where consent is assumed without an answer, empty where a no is as good as none. Absent where the page's signals
   * decide.
   */
  refusal?: '0' | '';
  /** Landing parameters whose value is a click id, as alternatives of an expression. */
  params: string;
  /** Other hosts of the journey, where there are any. */
  linked?: string[];
  /** Landing parameters that count where there is no click id, as alternatives of an expression; `referrer` counts the page that a visitor came from, too. */
  others: string;
  /** Cookies that networks want under names of their own: of which parameter, for how many days. */
  cookies?: Record<string, [param: string, days: number]>;
  /** Only what the page itself reports is an order. */
  quiet?: boolean;
  /** The late part is wanted on every page: for frames, or for visits that only their referrer explains. */
  attend?: boolean;
}

/** What is left at its default is left out: every page loads it. */
export function prepareSettings(settings: Omit<TagSettings, 'site'>): PreparedSettings {
  const { collector, params, paid = [], referrals = [], domains, linked, consent, dataLayer, cookies = [] } = settings;
  // A host without a dot takes no cookie by its name; links to it carry the journey all the same.
  const hosts = [...linked, ...domains.filter((domain) => !domain.includes('.'))];
  return {
    ...(collector === undefined ? {} : { collector }),
    params: [...params, ...paid].join('|'),
    others: [...referrals, 'utm_source'].join('|'),
    domains: domains.filter((domain) => domain.includes('.')),
    ...(settings.gpc === 'ignore' ? { gpc: settings.gpc } : {}),
    ...(hosts.length > 0 ? { linked: hosts } : {}),
    ...(consent === 'auto' ? {} : { refusal: consent === 'granted' ? '0' : '' }),
    ...(dataLayer === undefined || dataLayer === 'dataLayer' ? {} : { dataLayer }),
    ...(settings.detect === false ? { quiet: true } : {}),
    ...(cookies.length > 0
      ? { cookies: Object.fromEntries(cookies.map(({ name, param, days }) => [name, [param, days]])) }
      : {}),
    ...(settings.frames ? { frames: true } : {}),
    ...(settings.frames || referrals.includes('referrer') ? { attend: true } : {}),
  };
}

/**
 * What settings and page state are called in the files that a collector serves: a minifier leaves the names of properties as they are. The build
 * (`rollup.config.mjs`) reads these two tables as text: `site.kept` becomes `site.k`.
 */
export const SHORT_NAMES: Readonly<Record<string, string>> = {
  attend: 'a',
  call: 'b',
  collector: 'c',
  domains: 'd',
  frames: 'f',
  gpc: 'g',
  changed: 'h',
  identity: 'i',
  kept: 'k',
  linked: 'l',
  dataLayer: 'm',
  cookies: 'n',
  others: 'o',
  params: 'p',
  quiet: 'q',
  part: 'r',
  refusal: 'e',
};

/** The same for what the parts do for the first file, and for nobody else. */
export const SHORT_PARTS: Readonly<Record<string, string>> = {
  arrive: 'v',
  attend: 'e',
  land: 'l',
  learn: 'n',
  restore: 'r',
  settle: 's',
};
