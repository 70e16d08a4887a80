/** The journey as text: what the `_ct` cookie and an order's `journey` field carry. Pure; tag and collector read it by this one codec. */
import type { JourneyReply, WireTouch } from './messages.ts';

/** A visitor's touches, newest last. */
export type Journey = JourneyReply;

/** Name of the journey cookie and of the hand-over parameter in links. */
export const NAME = '_ct';

const VALUE = '[\\w.~:/|!*@$&+=%()-]{1,512}';
/** `^` divides because no click id may hold it, and because cookies need not escape it. */
const whole = RegExp(`^1\\^[\\w-]{8,64}(\\^[\\w.-]{1,64}\\^${VALUE}\\^[\\da-z]{1,9})*$`);

/** What a template says where nobody filled its place in: `undefined`, `%CLICKID%`, `$clickid`, `__CLICK_ID__`, `*|ID|*`. */
const UNFILLED = '(undefined|null|%.*%)$|[$(!*|]|__';

/**
 * Whether a value may be kept as a click id: printable ASCII without anything that ends a cookie, a quoted string or a tag.
 * A peer that writes `?id=abc; max-age=1` unchecked loses its cookie after a second (contracts/browsers.md, section 1).
 */
export const isClickIdText = (text: string): boolean => RegExp(`^(?!${UNFILLED})${VALUE}$`, 'i').test(text);

/**
 * What templates and test links hold where nobody has put the click's id: a word for nothing, `REPLACE_ME`, `@clickid@`, a placeholder that was
 * escaped on the way (`%7Bclickid%7D`). Told apart by the collector, for the tag has no bytes for it.
 */
const PLACEHOLDER = RegExp(
  [
    '^((insert|enter|replace|add|your|my|the)[_-]?)?(click[_-]?id|click[_-]?ref|transaction[_-]?id)([_-]?here)?$',
    '^replace[_-]?(me|this)$|^(nan|nil|none|n[/.]?a[.]?|true|false|unknown|empty|missing|unset|0+|[-_.]+|x{3,})$',
    '^(tb[acd]|to[_-]?do|fix[_-]?me|change[_-]?me|placeholder|not[_-]?(set|available|found|provided|applicable)|no[_-]?(id|click([_-]?id)?|value))$',
    '^(?<sign>[@~|]).*\\k<sign>$|^%(25)+.*%(25)+$|%(25)*(7b|5b|3c)',
  ].join('|'),
  'i',
);

/** The same of a value of any kind, and that it is no placeholder either, such as the parameter's own name. */
export const isClickId = (value: unknown, param?: string): value is string =>
  typeof value == 'string' &&
  isClickIdText(value) &&
  !PLACEHOLDER.test(value) &&
  value.toLowerCase() !== param?.toLowerCase();

/** Whether a text is exactly what {@link encodeJourney} writes. */
export const isJourney = (text: unknown): text is string => whole.test(text as string);

/** A touch in a journey's text, up to its time. */
export const entry = (param: string, value: string): string => `^${param}^${value}^`;

/** The text with one more touch. */
export const addTouch = (text: string, { param, value, at }: WireTouch): string =>
  text + entry(param, value) + at.toString(36);

/** The oldest touches fall out above 2,400 bytes, escaped as a cookie escapes. */
export const trim = (text: string): string =>
  encodeURI(text).length > 2400 ? trim(text.replace(/(\^[^^]+)(\^[^^]+){3}/, '$1')) : text;

/** `1^VISITOR^PARAM^VALUE^TIME…`, time in base 36. */
export const encodeJourney = ({ visitor, touches }: Journey): string => trim(touches.reduce(addTouch, '1^' + visitor));

/** The journey in a text, or undefined if it is none. */
export function decodeJourney(text: unknown): Journey | undefined {
  if (!isJourney(text)) return;
  const [, visitor, ...fields] = text.split('^') as [string, string];
  const touches = [];
  for (let i = 0; fields[i]; i += 3)
    touches.push({ param: fields[i]!, value: fields[i + 1]!, at: parseInt(fields[i + 2]!, 36) });
  return { visitor, touches };
}

/** Two journeys of one person as one: every touch once, newest last, under the second one's visitor. */
export function mergeJourneys(a: Journey, { visitor, touches }: Journey): Journey {
  const all: Record<string, WireTouch> = {};
  for (const touch of a.touches.concat(touches)) all[touch.param + touch.value + touch.at] = touch;
  return { visitor, touches: Object.values(all).sort((x, y) => x.at - y.at) };
}
