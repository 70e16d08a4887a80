/** The signature of a Magento request against one that another program made. */
import { expect, test } from 'vitest';
import { magentoRequest, magentoSigner } from '../../../../collector/sources/magento/api.ts';

const keys = {
  ...{ url: 'https://shop.example', consumerKey: 'key-not-real', consumerSecret: 'secret&one' },
  ...{ accessToken: 'token-not-real', accessTokenSecret: 'secret/two' },
};

test('brackets, blanks, quotes and letters stand in the address as they were signed', () => {
  const request = magentoRequest('orders', keys, {
    query: [
      ['searchCriteria[filter_groups][0][filters][0][value]', '2026-11-25 10:00:00'],
      ['note', "a+b&c='é'(!)*"],
    ],
  });
  expect(request).toEqual({
    method: 'GET',
    url:
      'https://shop.example/rest/all/V1/orders?searchCriteria%5Bfilter_groups%5D%5B0%5D%5Bfilters%5D%5B0%5D%5Bvalue%5D=' +
      '2026-11-25%2010%3A00%3A00&note=a%2Bb%26c%3D%27%C3%A9%27%28%21%29%2A',
    headers: { accept: 'application/json' },
    token: true,
  });
  const once = { at: 1_764_000_000_000, nonce: '01234567-89ab-cdef' };
  // Made with Python's hmac over the base text of RFC 5849, section 3.4.1.
  expect(magentoSigner.sign(request, keys, once)).toEqual({
    authorization:
      'OAuth oauth_consumer_key="key-not-real", oauth_nonce="0123456789abcdef", oauth_signature_method="HMAC-SHA256", ' +
      'oauth_timestamp="1764000000", oauth_token="token-not-real", oauth_version="1.0", ' +
      'oauth_signature="FViBaTBwhDxr08gJdtSynIexguApROmOZXFlhwLR4LY%3D"',
  });
  expect(magentoSigner.sign(request, { url: keys.url, accessToken: 'token-not-real' }, once)).toEqual({
    authorization: 'Bearer token-not-real',
  });
});
