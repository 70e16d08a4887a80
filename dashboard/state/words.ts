/** The dashboard's words in the reader's language, and numbers, money and times as that language writes them. */
import type { Messages } from '../messages/en.ts';
import { translateTold } from './told.ts';
import { type Language, LANGUAGES, loadLanguage, wordsOf } from './languages.ts';

export type Word = keyof Messages;
const KEPT = 'clickthread-language';

let language: Language = chosen();

function chosen(): Language {
  const kept = localStorage.getItem(KEPT);
  const known = LANGUAGES.find((one) => one === kept);
  if (known) return known;
  return navigator.languages.some((one) => one.startsWith('el')) && !navigator.language.startsWith('en') ? 'el' : 'en';
}

export const languageNow = (): Language => language;

/** Speaks it from now on; what is on the page must be said again. */
export async function setLanguage(next: Language): Promise<void> {
  await loadLanguage(next);
  language = next;
  localStorage.setItem(KEPT, next);
  document.documentElement.lang = next;
}

/** The reader's own spelling of the language, such as en-GB. */
const locale = (): string => navigator.languages.find((one) => one.startsWith(language) && isLocale(one)) ?? language;

/** Some systems hand browsers names of their own, such as `en-US@posix`. */
function isLocale(name: string): boolean {
  try {
    return Intl.getCanonicalLocales(name).length > 0;
  } catch {
    return false;
  }
}

/** `say('orders.found', { count: 3 })` */
export function say(word: Word, given: Readonly<Record<string, string | number>> = {}): string {
  return wordsOf(language).messages[word].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = given[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? showNumber(value) : value;
  });
}

/** Words that the collector uses for states and the like, where there are words for them. */
export function sayOf(group: string, name: string): string {
  const word = `${group}.${name}`;
  return word in wordsOf(language).messages ? say(word as Word) : name.replaceAll('_', ' ');
}

/** What the collector words itself: reasons and refusals. */
export const sayTold = (text: string): string => translateTold(text, wordsOf(language).told);

export const showNumber = (value: number, options: Intl.NumberFormatOptions = {}): string =>
  new Intl.NumberFormat(locale(), options).format(value);

export const showShare = (share: number): string =>
  showNumber(share, { style: 'percent', maximumFractionDigits: share > 0 && share < 0.1 ? 1 : 0 });

/** `112.00` USD as the language writes it, with the decimals that it came with. */
export function showMoney(amount: string, currency: string): string {
  const digits = amount.split('.')[1]?.length ?? 0;
  try {
    return showNumber(Number(amount), {
      ...{ style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits },
    });
  } catch {
    return `${amount} ${currency}`; // no currency that this browser knows
  }
}

/** A moment in the given zone, which is the site's. */
export function showTime(
  at: string | null | undefined,
  zone: string | undefined,
  style: 'long' | 'short' = 'short',
): string {
  if (at === null || at === undefined) return '–';
  const shape: Intl.DateTimeFormatOptions =
    style === 'long' ? { dateStyle: 'full', timeStyle: 'long' } : { dateStyle: 'medium', timeStyle: 'short' };
  return new Intl.DateTimeFormat(locale(), { ...shape, ...(zone === undefined ? {} : { timeZone: zone }) }).format(
    new Date(at),
  );
}

export const showDay = (at: string | number, zone: string | undefined): string =>
  new Intl.DateTimeFormat(locale(), {
    ...{ month: 'short', day: 'numeric', weekday: 'short' },
    ...(zone === undefined ? {} : { timeZone: zone }),
  }).format(new Date(at));

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** `3 hours ago`, `in 5 minutes`. */
export function showAgo(at: string | null | undefined, now = Date.now()): string {
  if (at === null || at === undefined) return '–';
  const seconds = Math.round((Date.parse(at) - now) / 1000);
  const [unit, size] = STEPS.find(([, step]) => Math.abs(seconds) >= step) ?? STEPS.at(-1)!;
  return new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(Math.round(seconds / size), unit);
}

/** `6 hours`, in the largest unit that says it. */
export function showSpan(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  const [unit, size] = STEPS.find(([, step]) => seconds >= step) ?? STEPS.at(-1)!;
  return showNumber(Math.round(seconds / size), { style: 'unit', unit, unitDisplay: 'long' });
}
