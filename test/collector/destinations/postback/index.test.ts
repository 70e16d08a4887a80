import { describe, expect, test } from 'vitest';
import { createCatalogue } from '../../../../collector/catalogue.ts';
import { type Outcome, usesOf } from '../../../../collector/kit/destination.ts';
import { validateSettings } from '../../../../collector/kit/validate-settings.ts';
import { sha256 } from '../../../../collector/lib/hash.ts';
import type { Order } from '../../../../collector/model/order.ts';
import type { Report } from '../../../../collector/model/report.ts';
import { classifyAnswer } from '../../../../collector/relay/outcome.ts';
import { answer, CLICK, connect, customer, rawSettings, reportOf } from '../seed-report.ts';
import postback from '../../../../collector/destinations/postback/index.ts';
import { testContract } from '../contract.ts';

const { findDestination } = createCatalogue();

testContract(postback, { settings: rawSettings['postback']! });

function requested(more: Record<string, unknown>, order: Partial<Order> = {}, report: Partial<Report> = {}) {
  const { definition, settings } = connect('postback', more);
  return definition.conversion!(reportOf(order, report), settings);
}

const problems = (more: Record<string, unknown>) =>
  validateSettings(findDestination('postback')!, { ...rawSettings['postback'], ...more }).problems;

describe('a postback', () => {
  test('by GET carries everything in its address', () => {
    expect(requested({})).toEqual({
      method: 'GET',
      url: `https://net.example/aff_lsr?transaction_id=${CLICK}&amount=112.00&adv_sub=O1234567&security_token=pb%2Fsecret%2Btoken%3D1`,
    });
  });

  test('in path segments drops those of which nothing is known', () => {
    const url = 'https://prf.example/conversion/campaign:1/clickref:{click_id}/voucher:{coupon}/value:{net}';
    expect(
      requested({ url }, { coupons: [], subtotal: 12700 }, { click: { param: 'c', value: 'a/b:[1]', at: 0 } }).url,
    ).toBe('https://prf.example/conversion/campaign:1/clickref:a%2Fb%3A%5B1%5D/value:112.00');
  });

  test('by POST as a form, amounts in cents', () => {
    const body =
      'cid={click_id}&payout={amount}&oid={orderId}&coupon={coupon}&skus={skus}&q={quantities}&l={line_totals}&src=web';
    const sent = requested({ url: 'https://n.example/p', method: 'POST', body, amount: 'cents' }, { coupons: [] });
    expect(sent).toEqual({
      method: 'POST',
      url: 'https://n.example/p',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: `cid=${CLICK}&payout=11200&oid=O1234567&skus=1ABC2345%7C9ZXY7654&q=2%7C3&l=2800%7C9900&src=web`,
    });
  });

  test('as JSON stays JSON whatever the values are', () => {
    const body =
      '{"id":"{order_id}","amount":{amount},"when":{ts_unix},"note":"\\"{custom.note}\\\\","coupon":"{coupon}","deep":[{"e":"{email_sha256}"}],"no":{click_id}}';
    const hostile = '"},{"x":1}\\\n{order_id}\u2028';
    const sent = requested(
      { url: 'https://n.example/p', method: 'POST', contentType: 'json', body },
      { orderId: hostile, custom: { note: hostile }, coupons: [], personal: customer },
      { click: { param: 'c', value: '0071', at: 0 } },
    );
    expect(sent.headers).toEqual({ 'Content-Type': 'application/json' });
    expect(JSON.parse(sent.body!)).toEqual({
      id: hostile,
      amount: 112,
      when: 1722585324,
      note: `"${hostile}\\`,
      deep: [{ e: sha256('jane+shop@example.com') }],
      no: '0071',
    });
  });

  test('has headers of its own, in which no line can break', () => {
    const headers = {
      Authorization: 'Bearer {secret.token}',
      'X-Order': '{order_id}',
      'X-Coupon': '{coupon}',
      'X-Channel': '{channel}',
    };
    const sent = requested({ headers }, { orderId: 'a\r\nX-Evil: ü', coupons: [] });
    expect(sent.headers).toEqual({
      Authorization: 'Bearer pb/secret+token=1',
      'X-Order': 'a%0D%0AX-Evil: %C3%BC',
      'X-Channel': 'impact',
    });
  });

  test('as plain text says what the template says', () => {
    const body = '{ts_iso};{currency};{status};{customer_id};{click_ts_iso}';
    expect(requested({ method: 'PUT', contentType: 'text', body })).toMatchObject({
      method: 'PUT',
      headers: { 'Content-Type': 'text/plain; charset=utf-8' },
      body: '2024-08-02T07:55:24.000Z;USD;approved;BCZ2WVSH674563PDPYOTM3AXDQ;2024-07-30T10:00:00.000Z',
    });
  });

  test('goes to another host for a rehearsal', () => {
    expect(requested({ url: 'https://net.example/p?o={order_id}', baseUrl: 'http://127.0.0.1:9/net/' }).url).toBe(
      'http://127.0.0.1:9/net/p?o=O1234567',
    );
    expect(requested({ url: '/p?o={order_id}', baseUrl: 'https://net.example' }).url).toBe(
      'https://net.example/p?o=O1234567',
    );
  });

  test('cannot climb out of its folder', () => {
    expect(requested({ url: 'https://n.example/a/{order_id}/b' }, { orderId: '..' }).url).toBe(
      'https://n.example/a//b',
    );
  });

  test('is refused without the click id that its template needs', () => {
    const { definition, settings } = connect('postback');
    expect(definition.refuse!(reportOf({}, { click: undefined }), settings)).toMatch(/no click id/);
    const inHouse = connect('postback', { url: 'https://n.example/p?o={order_id}' }).settings;
    expect(definition.refuse!(reportOf({}, { click: undefined }), inHouse)).toBeUndefined();
  });

  test('keeps an e-mail only for a template that uses it', () => {
    const { definition, settings } = connect('postback');
    expect(usesOf(definition, settings)).toEqual([]);
    expect(usesOf(definition, connect('postback', { url: 'https://n.example/?h={emailSha256}' }).settings)).toEqual([
      'email',
    ]);
  });
});

describe('the success rule', () => {
  const tune = { mustMatch: 'success=true', mustNotMatch: '/err_msg=\\w+/i' };
  test.each<[Record<string, unknown>, number, string, Outcome['state']]>([
    [{}, 204, '', 'delivered'],
    [{}, 404, '', 'rejected'],
    [{}, 401, '', 'held'],
    [{}, 503, '', 'retry'],
    [{ successStatus: '200,201' }, 202, '', 'rejected'],
    [{ successStatus: ['302'] }, 302, '', 'delivered'],
    [tune, 200, 'success=true;', 'delivered'],
    [tune, 200, 'success=false; ERR_MSG=Invalid Trans. ID', 'rejected'],
    [tune, 200, '', 'rejected'],
    [{ mustMatch: 'a.c' }, 200, 'abc', 'rejected'],
  ])('%o reads %i %j as %s', (more, status, body, state) => {
    const { definition, settings } = connect('postback', more);
    expect(classifyAnswer({ definition, settings, report: reportOf(), response: answer(status, body) }).state).toBe(
      state,
    );
  });

  test.each(['/(a+)+$/', '/(a|aa)*b/', '/(x)\\1/', '/(x){2,}/', '/a*b*c*d/', '/(/', 'x'.repeat(201)])(
    'refuses %s',
    (mustMatch) => {
      expect(problems({ mustMatch })).toEqual([{ field: 'mustMatch', message: expect.any(String) }]);
    },
  );
});

describe('settings', () => {
  test.each<[Record<string, unknown>, string, RegExp]>([
    [{ url: 'https://n.example/?x={nope}' }, 'url', /unknown placeholder \{nope\}; known are \{click_id\}/],
    [{ url: 'https://n.example/?x={secret.other}' }, 'url', /unknown placeholder \{secret.other\}/],
    [{ url: 'https://{custom.host}/p' }, 'url', /name its host in full/],
    [{ url: 'ftp://n.example/p' }, 'url', /must be an address/],
    [{ url: 'https://u:p@n.example/p' }, 'url', /is not an address/],
    [{ url: '/p' }, 'url', /is a path: set baseUrl/],
    [{ url: 'https://n.example/p', body: 'a=1' }, 'body', /can not be sent with GET/],
    [{ method: 'POST', contentType: 'json', body: '{"a":{order_id}' }, 'body', /is not JSON/],
    [{ headers: { 'X Y': 'a' } }, 'headers.X Y', /is not a header name/],
    [{ headers: { Host: 'evil.example' } }, 'headers.Host', /set by the connection/],
    [{ clickParam: ['a b'] }, 'clickParam.0', /names of query parameters/],
    [{ successStatus: 'ok' }, 'successStatus.0', /a status such as 200/],
  ])('%o has a problem with %s', (more, field, message) => {
    expect(problems(more)).toContainEqual({ field, message: expect.stringMatching(message) });
  });
});
