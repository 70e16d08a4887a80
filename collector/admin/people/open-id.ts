/**
 * Signing in by OpenID Connect: the code flow with PKCE, state and nonce, the id token's signature checked. Whoever it is must be known here by
 * the e-mail address that the issuer has verified; they get a one-time link as anybody else, and the rest is the same session.
 */
import type { CustomFetch } from 'openid-client';
import type { OpenIdSettings } from '../../environment/open-id.ts';
import { hours } from '../../lib/duration.ts';
import type { Seal } from '../../lib/seal.ts';
import type { HttpRequest } from '../../model/http.ts';
import type { Sender } from '../../outbound/send.ts';
import { type PeopleDeps, renewLink } from './people.ts';

/** In whose name the audit log keeps the link. */
export const OPEN_ID = 'OpenID Connect';

export interface OpenId {
  /** Where the browser goes, and what it must bring back, sealed. */
  begin(callback: string): Promise<{ url: string; kept: string }>;
  /** `came` is the address that the browser came back to, `kept` what it brought. */
  finish(came: URL, kept: string, people: Omit<PeopleDeps, 'actor'>): Promise<OpenIdResult>;
}

/** `link`: the way in. `why`: nobody is known by that address, it is not verified, or something failed, in the library's code. */
export type OpenIdResult = { link: string } | { why: 'unknown' | 'unverified' | 'failed'; code?: string };

/** What an id token says of a person, as far as it counts here. */
interface Claims {
  email: unknown;
  verified: unknown;
}

/** What the issuer says of itself is read again after this. */
const FRESH = hours(1);
const SCOPE = 'openid email';

export function createOpenId(deps: {
  settings: OpenIdSettings;
  send: Sender['send'];
  seal: Pick<Seal, 'seal' | 'open'>;
  allowPrivate: boolean;
  clock: () => number;
}): OpenId {
  const { settings, seal, allowPrivate, clock } = deps;
  let known: { at: number; configuration: ReturnType<typeof discover> } | undefined;
  const discover = async () => {
    const oidc = await import('openid-client');
    const { issuer, clientId, clientSecret } = settings;
    return oidc.discovery(new URL(issuer), clientId, clientSecret, undefined, {
      [oidc.customFetch]: fetchBy(deps.send),
      execute: [oidc.enableNonRepudiationChecks, ...(allowPrivate ? [oidc.allowInsecureRequests] : [])],
    });
  };
  const configured = (): ReturnType<typeof discover> => {
    if (!known || clock() - known.at >= FRESH) {
      const next = { at: clock(), configuration: discover() };
      known = next;
      next.configuration.catch(() => (known = known === next ? undefined : known));
    }
    return known.configuration;
  };
  const claimsOf = async (came: URL, kept: string): Promise<Claims> => {
    const oidc = await import('openid-client');
    const { verifier, state, nonce } = JSON.parse(seal.open(Buffer.from(kept, 'base64url'))) as Record<
      'verifier' | 'state' | 'nonce',
      string
    >;
    const tokens = await oidc.authorizationCodeGrant(await configured(), came, {
      ...{ pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true },
    });
    // Named apart: a claim may have any name.
    const { email, email_verified: verified } = { ...tokens.claims() };
    return { email, verified };
  };
  return {
    async begin(callback) {
      const oidc = await import('openid-client');
      const configuration = await configured();
      const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
      const url = oidc.buildAuthorizationUrl(configuration, {
        ...{ redirect_uri: callback, scope: SCOPE, state, nonce },
        ...{ code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' },
      });
      const kept = seal.seal(JSON.stringify({ verifier, state, nonce })).toString('base64url');
      return { url: url.href, kept };
    },
    async finish(came, kept, people) {
      const claims = await claimsOf(came, kept).catch((error: unknown) => whyOf(error));
      return 'why' in claims ? claims : linkFor(claims, people);
    },
  };
}

/** What the library found, in its own code: a wrong state, a signature that does not fit, an issuer that refuses. */
function whyOf(error: unknown): { why: 'failed'; code?: string } {
  const { code } = error as { code?: unknown };
  return { why: 'failed', ...(typeof code === 'string' ? { code } : {}) };
}

/** A claim of an address that nobody has verified is anybody's. */
async function linkFor({ email, verified }: Claims, people: Omit<PeopleDeps, 'actor'>): Promise<OpenIdResult> {
  if (typeof email !== 'string' || email === '' || verified !== true) return { why: 'unverified' };
  const address = smallLetters(email);
  const person = (await people.store.people()).find(({ name }) => smallLetters(name) === address);
  const made = person && (await renewLink(person.name, { ...people, actor: OPEN_ID }));
  return made && 'link' in made ? { link: made.link } : { why: 'unknown' };
}

/** Only those of ASCII: the sign of Kelvin becomes a `k` by `toLowerCase`, and is somebody else's mailbox all the same. */
const smallLetters = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** The library asks by the one door to the world: checked addresses, no redirects, bounded answers. */
function fetchBy(send: Sender['send']): CustomFetch {
  return async (url, { method, headers, body }) => {
    const text = typeof body === 'string' || body instanceof URLSearchParams ? String(body) : undefined;
    const request = { method: method as HttpRequest['method'], url, headers };
    const result = await send({ ...request, ...(text === undefined ? {} : { body: text }) });
    if (!result.ok) throw Object.assign(new Error(result.message), { code: `issuer ${result.kind}` });
    const { status, headers: told, body: answer } = result.response;
    return new Response(answer === '' ? null : answer, { status, headers: told });
  };
}
