/** Variables that look like ours and are none: a slip of the hand would otherwise leave a default in force without a word. Pure. */
import { nearestWord } from '../lib/nearest.ts';

const PREFIX = 'CLICKTHREAD_';

/** Ours that begin so, without the beginning; each may be read from a file, `NAME_FILE`. */
export const OWN_VARIABLES = [
  ...['DATA', 'KEY', 'ADMIN_TOKEN', 'PUBLIC_URL', 'PATH', 'TRUST_PROXY', 'ALLOW_PRIVATE', 'LIMITS', 'METRICS_PORT'],
  ...['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'LOG'],
];
/** Those that everybody's programs share. */
const SHARED = ['PORT', 'HOST', 'DATABASE_URL'];

/** Each with the one that was probably meant. What is near none may be a secret that the configuration file refers to. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): { name: string; meant: string }[] {
  return Object.keys(env).flatMap((name) => {
    if (!name.startsWith(PREFIX)) return [];
    const own = name.slice(PREFIX.length).replace(/_FILE$/, '');
    if (OWN_VARIABLES.includes(own)) return [];
    const near = nearestWord(own, [...OWN_VARIABLES, ...SHARED]);
    if (near === undefined) return [];
    return [{ name, meant: SHARED.includes(near) ? near : `${PREFIX}${near}` }];
  });
}
