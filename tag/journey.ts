/** The journey as text: what the `_ct` cookie and an order's `journey` field carry. Pure; tag and collector read it by this one codec. */
import type { JourneyReply } from '../collector/wire.ts';

/** A visitor's touches, newest last. */
export type Journey = JourneyReply;

/** Name of the journey cookie and of the hand-over parameter in links. */
export const NAME = '_ct';

const VALUE = '[\\w.~:/|!*@$&+=%()-]{1,512}';
const value = RegExp(`^${VALUE}$`);
/** `^` divides because no click id may hold it, and because neither cookies nor js-cookie have to escape it. */
const whole = RegExp(`^1\\^[\\w-]{8,64}(\\^[\\w.-]{1,64}\\^${VALUE}\\^[\\da-z]{1,9})*$`);

/**
 * Whether a value may be kept as a click id: printable ASCII without anything that ends a cookie, a quoted string or a tag.
 * A peer that writes `?id=abc; max-age=1` unchecked loses its cookie after a second (contracts/browsers.md, section 1).
 */
export const isClickId = (candidate: unknown): candidate is string =>
  typeof candidate == 'string' && value.test(candidate);

/** `1^VISITOR^PARAM^VALUE^TIME…`, time in base 36. Oldest touches fall out first where `limit` (bytes once escaped) is exceeded. */
export function encodeJourney({ visitor, touches }: Journey, limit = 2500): string {
  let text = '';
  for (const { param, value, at } of [...touches].reverse()) {
    const longer = `^${param}^${value}^${at.toString(36)}${text}`;
    if (encodeURI(longer).length > limit - 72) break;
    text = longer;
  }
  return '1^' + visitor + text;
}

/** The journey in a text, or undefined if it is not exactly what {@link encodeJourney} writes. */
export function decodeJourney(text: unknown): Journey | undefined {
  if (typeof text != 'string' || !whole.test(text)) return;
  const [, visitor, ...fields] = text.split('^') as [string, string, ...string[]];
  const touches = [];
  while (fields[0]) {
    const [param, value, at] = fields.splice(0, 3) as [string, string, string];
    touches.push({ param, value, at: parseInt(at, 36) });
  }
  return { visitor, touches };
}

/** Two journeys of one person as one: every touch once, newest last, under the visitor whose touch is the newest. */
export function mergeJourneys(a: Journey, b: Journey): Journey {
  const newest = ({ touches }: Journey) => touches[touches.length - 1]?.at ?? 0;
  const touches = a.touches.concat(
    b.touches.filter(
      (touch) => !a.touches.some((own) => own.value == touch.value && own.param == touch.param && own.at == touch.at),
    ),
  );
  return { visitor: newest(b) > newest(a) ? b.visitor : a.visitor, touches: touches.sort((x, y) => x.at - y.at) };
}
