import { describe, expect, it } from 'vitest';
import { signRequest, tokenRequest } from '../../../../collector/platforms/apifon/auth.ts';

const account = { token: 'sandbox-token', secret: 'sandbox-hmac-secret', now: Date.UTC(2016, 8, 29, 12, 18, 56) };

/** Computed apart from this code: `printf 'METHOD\nPATH\nBODY\nDATE' | openssl dgst -sha256 -hmac SECRET -binary | base64`. */
const VECTORS = [
  {
    request: { method: 'POST' as const, url: 'https://ars.apifon.com/services/api/v1/balance', body: '{}' },
    signature: 'GP7pzB3UV4W8LYJIWDJEa7KKNNScNzMIJEIpR3uESj4=',
  },
  {
    request: { method: 'GET' as const, url: 'https://ars.apifon.com/services/api/v1/list/1000?limit=5' },
    signature: 'bX7wLavWbmJDYiZumhyvGCETvv3HQx9A27ULkYxcfus=',
  },
  {
    request: {
      method: 'PUT' as const,
      url: 'http://127.0.0.1:9100/apifon/services/api/v1/list/1000/subscriber/0a1b',
      body: '{"firstname":"Ζωή","email":"zoe@mail.example"}',
    },
    signature: '9vQEhwY5ZMmxoKpz7K+hL4larfE4LGg1C00abT8d/qE=',
  },
];

describe('the HMAC form of Apifon', () => {
  for (const { request, signature } of VECTORS) {
    it(`signs ${request.method} ${new URL(request.url).pathname} byte for byte`, () => {
      expect(signRequest(request, account)).toEqual({
        ...request,
        headers: {
          'x-apifonws-date': 'Thu, 29 Sep 2016 12:18:56 GMT',
          authorization: `ApifonWS sandbox-token:${signature}`,
        },
      });
    });
  }
});

describe('the OAuth2 form of Apifon', () => {
  it('asks for a token as a form, without scopes', () => {
    expect(tokenRequest('https://ids.apifon.com/oauth2/token', 'id', 's&cret')).toEqual({
      method: 'POST',
      url: 'https://ids.apifon.com/oauth2/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: 'grant_type=client_credentials&client_id=id&client_secret=s%26cret',
    });
  });
});
