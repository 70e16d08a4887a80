/** One setting's value: from what YAML, a form or a command line gave to what a definition may rely on. */
import type { Problem } from '../../wire/problem.ts';
import type { Setting, SettingValue } from './setting.ts';

/** Problems of a map's or list's entry carry its name or index as `field`; otherwise `field` is empty. */
export type ReadSetting = { value: SettingValue } | { problems: Problem[] };

const LONGEST_TEXT = 8192;
const MOST_ENTRIES = 100;

export function readSetting(setting: Setting, raw: unknown, mask: string): ReadSetting {
  switch (setting.kind ?? 'text') {
    case 'boolean':
      return readBoolean(raw);
    case 'number':
      return readNumber(raw);
    case 'list':
      return readList(setting, raw, mask);
    case 'map':
      return readMap(setting, raw, mask);
    case 'url':
      return then(readText(setting, raw, mask), readBase);
    case 'template':
      return then(readText(setting, raw, mask), readTemplate);
    case 'text':
      return readText(setting, raw, mask);
    default:
      return refuse(`has an unknown kind: ${String(setting.kind)}`);
  }
}

const refuse = (message: string): { problems: Problem[] } => ({ problems: [{ field: '', message }] });

function then(read: ReadSetting, next: (text: string) => ReadSetting): ReadSetting {
  return 'value' in read && typeof read.value === 'string' ? next(read.value) : read;
}

function readBoolean(raw: unknown): ReadSetting {
  if (typeof raw === 'boolean') return { value: raw };
  if (raw === 'true' || raw === 'false') return { value: raw === 'true' };
  return refuse('must be true or false');
}

function readNumber(raw: unknown): ReadSetting {
  const value = typeof raw === 'string' ? Number(raw) : raw;
  return typeof value === 'number' && Number.isFinite(value) ? { value } : refuse('must be a number');
}

function readText(setting: Setting, raw: unknown, mask: string): ReadSetting {
  // YAML reads an unquoted id as a number; beyond 2^53 it has lost digits by then.
  if (typeof raw === 'number' && !Number.isSafeInteger(raw))
    return refuse('must be quoted: as a number it loses digits');
  if (typeof raw !== 'string' && typeof raw !== 'number') return refuse('must be text');
  const value = String(raw).trim();
  if (value === mask) return refuse('is the mask of a secret: type the secret, or leave the setting out');
  if (value.length > LONGEST_TEXT) return refuse(`is longer than ${LONGEST_TEXT} characters`);
  // A body template may have lines; nothing may have other control characters.
  if (/[^\P{Cc}\n\r\t]/u.test(value)) return refuse('contains control characters');
  if (setting.options !== undefined && !setting.options.includes(value)) {
    return refuse(`must be one of ${setting.options.join(', ')}`);
  }
  if (setting.pattern !== undefined && !wholly(setting.pattern, value)) {
    return refuse(setting.patternHelp === undefined ? 'has the wrong form' : `must be ${setting.patternHelp}`);
  }
  return { value };
}

const wholly = (pattern: RegExp, value: string): boolean => {
  const match = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')).exec(value);
  return match !== null && match[0] === value;
};

function readList(setting: Setting, raw: unknown, mask: string): ReadSetting {
  // A form and a command line have no lists: commas separate there.
  const entries: unknown[] =
    typeof raw === 'string' ? raw.split(',').filter((entry) => entry.trim() !== '') : asArray(raw);
  if (!Array.isArray(raw) && typeof raw !== 'string' && typeof raw !== 'number') return refuse('must be a list');
  if (entries.length > MOST_ENTRIES) return refuse(`has more than ${MOST_ENTRIES} entries`);
  return collect(
    entries.map((entry, index) => [String(index), readText(setting, entry, mask)] as const),
    (read) => read.map(([, value]) => value),
  );
}

const asArray = (raw: unknown): unknown[] => (Array.isArray(raw) ? raw : [raw]);

function readMap(setting: Setting, raw: unknown, mask: string): ReadSetting {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return refuse('must be a map of names to text');
  const entries = Object.entries(raw);
  if (entries.length > MOST_ENTRIES) return refuse(`has more than ${MOST_ENTRIES} entries`);
  return collect(
    entries.map(([name, value]) => [name, value === '' ? { value: '' } : readText(setting, value, mask)] as const),
    (read) => Object.fromEntries(read),
  );
}

function collect(
  read: (readonly [string, ReadSetting])[],
  join: (values: [string, string][]) => SettingValue,
): ReadSetting {
  const problems = read.flatMap(([field, entry]) =>
    'problems' in entry ? entry.problems.map(({ message }) => ({ field, message })) : [],
  );
  if (problems.length > 0) return { problems };
  return { value: join(read.flatMap(([field, entry]) => ('value' in entry ? [[field, String(entry.value)]] : []))) };
}

/** Requests append their own path, so a base address has neither query nor trailing slash. */
function readBase(text: string): ReadSetting {
  const url = parse(text);
  if (typeof url === 'string') return refuse(url);
  if (url.search !== '' || url.hash !== '' || /[?#]/.test(text))
    return refuse('must be a base address without ? and #');
  return { value: `${url.protocol}//${url.host}${url.pathname}`.replace(/\/+$/, '') };
}

/** Placeholders stand after the host: whose server is told must not depend on an order. HTML's `&amp;` is accepted, as panels show it. */
function readTemplate(text: string): ReadSetting {
  const value = text.replaceAll('&amp;', '&');
  const origin = /^[a-z]+:\/\/[^/?#]*/i.exec(value)?.[0] ?? '';
  if (/[{}]/.test(origin)) return refuse('must name its host in full: placeholders may only follow it');
  const url = parse(value.replace(/[{}]/g, ''));
  return typeof url === 'string' ? refuse(url) : { value };
}

function parse(text: string): URL | string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return 'must be an address such as https://host.example/path';
  if (/\s/.test(text)) return 'must not contain spaces or line breaks';
  return url.username !== '' || url.password !== '' ? 'must not contain a user name or password' : url;
}
