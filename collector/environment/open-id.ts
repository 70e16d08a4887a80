/** The variables of sign-in by OpenID Connect: all three or none. */

export interface OpenIdSettings {
  /** Address of the issuer, under which `/.well-known/openid-configuration` stands. */
  issuer: string;
  clientId: string;
  clientSecret: string;
}

/** Undefined where it is not wanted, or not usable: then `refuse` was told. */
export function readOpenId(
  { issuer, clientId, clientSecret }: Partial<Record<keyof OpenIdSettings, string | undefined>>,
  { allowPrivate, refuse }: { allowPrivate: boolean; refuse: (field: string, message: string) => void },
): OpenIdSettings | undefined {
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return undefined;
  const together = 'is missing: sign-in by OpenID Connect takes issuer, client id and client secret';
  if (issuer === undefined) refuse('CLICKTHREAD_OIDC_ISSUER', together);
  if (clientId === undefined) refuse('CLICKTHREAD_OIDC_CLIENT_ID', together);
  if (clientSecret === undefined) refuse('CLICKTHREAD_OIDC_CLIENT_SECRET', together);
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) return undefined;
  const { protocol } = URL.canParse(issuer) ? new URL(issuer) : { protocol: undefined };
  if (protocol === 'https:' || (protocol === 'http:' && allowPrivate)) return { issuer, clientId, clientSecret };
  refuse('CLICKTHREAD_OIDC_ISSUER', 'must be an https address, such as https://accounts.google.com');
  return undefined;
}
