/** Which sandbox API needs which permission of a template, and whether a call is inside it. For the runner, which is stricter than Tag Manager's own tests. */
import type { Permission, PermissionValue } from '../template/permissions.ts';

/** Decodes a permission's value into plain data. */
function decode(value: PermissionValue): unknown {
  if (value.type === 1) return value.string;
  if (value.type === 8) return value.boolean;
  if (value.type === 2) return value.listItem.map(decode);
  const values = value.mapValue.map(decode);
  return Object.fromEntries(value.mapKey.map((key, index) => [String(decode(key)), values[index]]));
}

type Granted = Record<string, unknown>;
type Args = readonly unknown[];
/** Returns the missing right in words, or nothing. */
type Rule = { needs: string; check?: (granted: Granted, args: Args) => string | undefined };

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const escape = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');

/** `*` stands for anything, within the host for anything but a slash. */
function matchesUrl(pattern: unknown, url: string): boolean {
  const parts = /^([a-z]+:\/\/)([^/]*)(\/.*)?$/.exec(String(pattern));
  if (!parts) return false;
  const host = escape(parts[2] ?? '').replaceAll('*', '[^/]*');
  const path = parts[3] === undefined || parts[3] === '/' ? '(/.*)?' : escape(parts[3]).replaceAll('*', '.*');
  return new RegExp(`^${parts[1]}${host}${path}$`).test(url);
}

/** `*` alone, the exact key, or `prefix.*`. */
function matchesKey(pattern: unknown, key: string): boolean {
  const text = String(pattern);
  return text === '*' || text === key || (text.endsWith('.*') && key.startsWith(text.slice(0, -1)));
}

const urlRule = (needs: string): Rule => ({
  needs,
  check: (granted, [url]) =>
    granted.allowedUrls === 'any' || listOf(granted.urls).some((pattern) => matchesUrl(pattern, String(url)))
      ? undefined
      : `the address ${String(url)}`,
});

function globalMissing(granted: Granted, path: unknown, right: 'read' | 'write' | 'execute'): string | undefined {
  const entry = listOf(granted.keys).find((item) => (item as Granted).key === path) as Granted | undefined;
  return entry?.[right] === true ? undefined : `to ${right} the global ${String(path)}`;
}

const globals = (...rights: ('read' | 'write' | 'execute')[]): Rule => ({
  needs: 'access_globals',
  check: (granted, [path]) =>
    rights.map((right) => globalMissing(granted, path, right)).find((missing) => missing !== undefined),
});

const consent: Rule = {
  needs: 'access_consent',
  check: (granted, [type]) =>
    listOf(granted.consentTypes).some((item) => (item as Granted).consentType === type && (item as Granted).read)
      ? undefined
      : `the consent type ${String(type)}`,
};

const dataLayer: Rule = {
  needs: 'read_data_layer',
  check: (granted, [key]) =>
    granted.allowedKeys === 'any' || listOf(granted.keyPatterns).some((pattern) => matchesKey(pattern, String(key)))
      ? undefined
      : `the data layer key ${String(key)}`,
};

const readCookie: Rule = {
  needs: 'get_cookies',
  check: (granted, [name]) =>
    granted.cookieAccess === 'any' || listOf(granted.cookieNames).includes(name)
      ? undefined
      : `the cookie ${String(name)}`,
};

const writeCookie: Rule = {
  needs: 'set_cookies',
  check: (granted, [name]) =>
    listOf(granted.allowedCookies).some((item) => ['*', name].includes((item as Granted).name))
      ? undefined
      : `to set the cookie ${String(name)}`,
};

/** Every API that a permission guards. https://developers.google.com/tag-platform/tag-manager/templates/permissions */
const RULES: Record<string, Rule> = {
  injectScript: urlRule('inject_script'),
  injectHiddenIframe: urlRule('inject_hidden_iframe'),
  sendPixel: urlRule('send_pixel'),
  createQueue: globals('read', 'write'),
  createArgumentsQueue: {
    needs: 'access_globals',
    check: (granted, paths) =>
      paths
        .flatMap((path) => [globalMissing(granted, path, 'read'), globalMissing(granted, path, 'write')])
        .find((missing) => missing !== undefined),
  },
  copyFromWindow: globals('read'),
  setInWindow: globals('read', 'write'),
  callInWindow: globals('execute'),
  copyFromDataLayer: dataLayer,
  getCookieValues: readCookie,
  setCookie: writeCookie,
  isConsentGranted: consent,
  addConsentListener: consent,
  logToConsole: { needs: 'logging' },
  getUrl: { needs: 'get_url' },
  getQueryParameters: { needs: 'get_url' },
  getReferrerUrl: { needs: 'get_referrer' },
  templateStorage: { needs: 'access_template_storage' },
  localStorage: { needs: 'access_local_storage' },
  getContainerVersion: { needs: 'read_container_data' },
  addEventCallback: { needs: 'read_event_metadata' },
  gtagSet: { needs: 'write_data_layer' },
};

/** APIs that anybody may use. */
const FREE = new Set([
  ...['JSON', 'Math', 'Object', 'callLater', 'decodeUri', 'decodeUriComponent', 'encodeUri', 'encodeUriComponent'],
  ...['fromBase64', 'generateRandom', 'getTimestamp', 'getTimestampMillis', 'getType', 'makeInteger', 'makeNumber'],
  ...['makeString', 'makeTableMap', 'parseUrl', 'queryPermission', 'sha256', 'toBase64'],
]);

/** Says what the permissions do not cover: of the API itself (no `args`), or of one call. Nothing where all is well. */
export function missingPermission(
  permissions: readonly Permission[],
  api: string,
  args?: readonly unknown[],
): string | undefined {
  if (FREE.has(api)) return undefined;
  const rule = Object.hasOwn(RULES, api) ? RULES[api] : undefined;
  if (!rule) return `${api} is not an API of the sandbox`;
  const found = permissions.find((permission) => permission.instance.key.publicId === rule.needs);
  if (!found) return `${api} needs the permission ${rule.needs}`;
  if (!args) return undefined;
  const granted = Object.fromEntries(found.instance.param.map(({ key, value }) => [key, decode(value)]));
  const missing = rule.check?.(granted, args);
  return missing && `${api} needs ${missing} in the permission ${rule.needs}`;
}
