/** Step 2 of 5. Reads what was answered to the question of consent, in the words of tags, shops and templates. Pure. */
import type { Consent } from '../../../wire/consent.ts';
import { isFields, type Note } from '../fields.ts';

/** What a template writes where it knows no answer: nobody has been asked. */
const UNASKED = /^(undefined|null|nan|unknown|unset|not[ _-]?set|pending|n\/a)?$|[{}<>%]/;
const YES =
  /^(1|true|yes|y|on|grant(ed)?|given|accept(ed)?([ _-]?all)?|allow(ed)?|agreed?|opt(ed)?[ _-]?in|ja|oui|s[ií]|sim|tak|ano|ναι|да)$/;
const NO =
  /^(0|false|no|n|off|none|den(y|ied)|declined?|reject(ed)?([ _-]?all)?|refused?|disallow(ed)?|revoked?|withdrawn|opt(ed)?[ _-]?out|nein|non|não|nie|ne|όχι|нет)$/;
const READABLE = 'send { "marketing": true } or false';

/**
 * The consent that was stated; undefined where nothing was said. The tag writes a record, a shop's server also a plain answer, its own word for
 * one, or Google's `ad_storage`. Only what says yes is a yes: a word that nobody can read is taken for a no, and named.
 */
export function readConsent(value: unknown, warn?: Note): Consent | undefined {
  if (value === undefined || value === null || value === '' || Array.isArray(value)) return undefined;
  const record = isFields(value) ? value : { marketing: value };
  const { marketing = googleWord(record) } = record;
  if (marketing === undefined && Object.keys(record).length > 0 && !('source' in record))
    warn?.('consent', `says nothing of marketing: ${READABLE}`);
  const consent: Consent = { marketing: answerOf(marketing, warn) };
  if (typeof record.source === 'string') consent.source = record.source.replace(/[^\w.,+-]/g, '').slice(0, 64);
  if (typeof record.at === 'number' && Number.isSafeInteger(record.at)) consent.at = record.at;
  if (record.gpc === true) consent.gpc = true;
  if (typeof record.tcString === 'string' && /^[\w.~-]{1,2048}$/.test(record.tcString))
    consent.tcString = record.tcString;
  return consent;
}

function answerOf(marketing: unknown, warn: Note | undefined): Consent['marketing'] {
  if (marketing === true || marketing === 'granted') return 'granted';
  if (marketing === false || marketing === 'denied') return 'denied';
  const isWord = typeof marketing === 'string' || typeof marketing === 'number';
  const word = isWord ? String(marketing).trim().toLowerCase() : '';
  if (marketing === null || marketing === undefined || (isWord && UNASKED.test(word))) return 'unknown';
  const answer = YES.test(word) ? 'granted' : 'denied';
  const isRead = answer === 'granted' || NO.test(word);
  if (isRead) warn?.('consent.marketing', `was read as ${answer}: ${READABLE}`);
  else warn?.('consent.marketing', `is no answer that can be read, and no yes: ${READABLE}`);
  return answer;
}

/** Consent Mode names each use of its own: all that are named have to be granted. */
function googleWord({ ad_storage: storage, ad_user_data: data }: Record<string, unknown>): unknown {
  const named = [storage, data].filter((word) => word !== undefined);
  return named.find((word) => word !== 'granted') ?? named[0];
}
