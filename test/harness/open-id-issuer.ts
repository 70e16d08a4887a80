/** An OpenID Connect issuer as the specification has it, small: discovery, keys, and a token endpoint that asks for client secret and PKCE verifier. */
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Issuer {
  url: string;
  /** What the next id token says beside issuer, audience, nonce and times; `signed: false` has it signed by somebody else. */
  says: {
    claims: Record<string, unknown>;
    signed?: boolean;
    audience?: string | string[];
    /** Signed by nobody, or with what is no secret (the public key) or none of the issuer's alone (the client's secret). */
    forged?: 'none' | 'public key' | 'client secret';
  };
  /** Where the browser is sent back to by whoever signs in: the code belongs to what the authorization request said. */
  agree(authorization: string): string;
  close(): Promise<void>;
}

const base64url = (text: string): string => Buffer.from(text).toString('base64url');

export async function startIssuer({
  clientId,
  clientSecret,
}: {
  clientId: string;
  clientSecret: string;
}): Promise<Issuer> {
  const keys = [0, 1].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }));
  const codes = new Map<string, { nonce: string; challenge: string; redirect: string }>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const json = (status: number, answer: object): void => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      };
      if (request.url === '/.well-known/openid-configuration') return json(200, configuration());
      if (request.url === '/keys')
        return json(200, { keys: [{ ...keys[0]!.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256' }] });
      const asked = new URLSearchParams(body);
      const code = codes.get(asked.get('code') ?? '');
      codes.delete(asked.get('code') ?? '');
      const proof = createHash('sha256')
        .update(asked.get('code_verifier') ?? '')
        .digest('base64url');
      const basic = Buffer.from(request.headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString();
      const secret = asked.get('client_secret') ?? decodeURIComponent(basic.split(':')[1] ?? '');
      const fits =
        code && proof === code.challenge && secret === clientSecret && asked.get('redirect_uri') === code.redirect;
      if (!fits) return json(400, { error: 'invalid_grant' });
      json(200, { access_token: 'access', token_type: 'Bearer', expires_in: 60, id_token: token(code.nonce) });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const configuration = (): object => ({
    ...{
      issuer: url,
      authorization_endpoint: `${url}/authorize`,
      token_endpoint: `${url}/token`,
      jwks_uri: `${url}/keys`,
    },
    ...{ response_types_supported: ['code'], subject_types_supported: ['public'] },
    id_token_signing_alg_values_supported: ['RS256'],
  });
  const token = (nonce: string): string => {
    const { claims, signed = true, audience = clientId, forged } = issuer.says;
    const now = Math.floor(Date.now() / 1000);
    const payload = { iss: url, aud: audience, sub: 'somebody', iat: now, exp: now + 60, nonce, ...claims };
    if (forged !== undefined) return forgedToken(forged, payload);
    const text = `${base64url(JSON.stringify({ alg: 'RS256', kid: 'one' }))}.${base64url(JSON.stringify(payload))}`;
    return `${text}.${sign('sha256', Buffer.from(text), keys[signed ? 0 : 1]!.privateKey).toString('base64url')}`;
  };
  const forgedToken = (forged: 'none' | 'public key' | 'client secret', payload: object): string => {
    const alg = forged === 'none' ? 'none' : 'HS256';
    const text = `${base64url(JSON.stringify({ alg, kid: 'one' }))}.${base64url(JSON.stringify(payload))}`;
    if (forged === 'none') return `${text}.`;
    const key =
      forged === 'client secret' ? clientSecret : keys[0]!.publicKey.export({ format: 'pem', type: 'spki' }).toString();
    return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
  };
  const issuer: Issuer = {
    url,
    says: { claims: {} },
    agree(authorization) {
      const { searchParams: asked } = new URL(authorization);
      const code = `code-${codes.size + 1}`;
      const redirect = asked.get('redirect_uri') ?? '';
      codes.set(code, { nonce: asked.get('nonce') ?? '', challenge: asked.get('code_challenge') ?? '', redirect });
      const back = new URL(redirect);
      back.search = new URLSearchParams({ code, state: asked.get('state') ?? '' }).toString();
      return back.href;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return issuer;
}
