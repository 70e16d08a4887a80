/** Who may speak to the sandbox Apifon: OAuth2 client credentials or the HMAC form, byte for byte. https://docs.apifon.com/authentication.html */
import { createHmac, randomBytes } from 'node:crypto';
import { readForm } from '../../form.ts';
import { type Exchange, json, type Reply } from '../../reply.ts';

export interface ApifonAccount {
  clientId: string;
  clientSecret: string;
  hmacToken: string;
  hmacSecret: string;
  /** Seconds that a bearer token lives. */
  tokenLife: number;
}

export interface Gate {
  /** `POST /oauth2/token`. */
  token(exchange: Exchange): Reply;
  /** `undefined` where the request may pass. */
  refuse(exchange: Exchange): Reply | undefined;
  /** Every token handed out so far stops working. */
  expireTokens(): void;
  issued(): number;
}

export function openGate(account: ApifonAccount): Gate {
  let tokens = new Map<string, number>();
  let issued = 0;
  return {
    token({ method, headers, body, at }) {
      if (method !== 'POST') return json(405, { error: 'method_not_allowed' });
      if (!(headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) {
        return json(400, { error: 'invalid_request' });
      }
      const { fields, problems } = readForm(body);
      if (problems.length > 0) return json(400, { error: 'invalid_request' });
      if (fields.get('grant_type') !== 'client_credentials') return json(400, { error: 'unsupported_grant_type' });
      // A field report of public clients: a request that names scopes is refused.
      if (fields.has('scope')) return json(401, { error: 'invalid_scope' });
      if (fields.get('client_id') !== account.clientId || fields.get('client_secret') !== account.clientSecret) {
        return json(401, { error: 'invalid_client' });
      }
      const token = randomBytes(24).toString('hex');
      tokens.set(token, at + account.tokenLife * 1000);
      issued += 1;
      return json(200, { access_token: token, token_type: 'Bearer', expires_in: account.tokenLife });
    },
    refuse(exchange) {
      const [scheme, credential = ''] = (exchange.headers['authorization'] ?? '').split(' ');
      if (scheme === 'Bearer' && (tokens.get(credential) ?? 0) > exchange.at) return undefined;
      if (scheme === 'ApifonWS' && credential === `${account.hmacToken}:${signatureOf(exchange, account)}`)
        return undefined;
      return json(401, { request_id: '', results: {}, result_info: { status_code: 401, description: 'Unauthorized' } });
    },
    expireTokens() {
      tokens = new Map();
    },
    issued: () => issued,
  };
}

/** Computed from what arrived, so that a client which signs another body or date than it sends is refused. */
function signatureOf({ method, path, body, headers }: Exchange, account: ApifonAccount): string {
  const text = `${method}\n${path}\n${body}\n${headers['x-apifonws-date'] ?? ''}`;
  return createHmac('sha256', account.hmacSecret).update(text).digest('base64');
}
