import { describe, expect, test } from 'vitest';
import { md5, sha1, sha256 } from '../../../collector/lib/hash.ts';
import { personalValues, redactExchange, redactText } from '../../../collector/outbound/redact.ts';

const email = "Jane+o'neil@Example.com";
const hidden = {
  secrets: ['s3/cr+et="x'],
  personal: [email, 'Straße 5', 'DE', '+1 (555) 010-0199', 'José Muñoz Škoda'],
};
const phone = '+1 (555) 010-0199';
const hide = (text: string) => redactText(text, hidden);

describe('a value is hidden', () => {
  test.each([
    ['raw', email],
    ['in lower case', email.toLowerCase()],
    ['percent-encoded', encodeURIComponent(email)],
    ['percent-encoded in lower case', encodeURIComponent(email).toLowerCase()],
    ['encoded in part', "Jane%2Bo'neil@Example.com"],
    ['encoded twice', encodeURIComponent(encodeURIComponent(email))],
    ['in JSON', JSON.stringify(email).slice(1, -1)],
    ['with JSON escapes', 'Jane\\u002bo\\u0027neil\\u0040Example.com'],
    ['in HTML', 'Jane+o&#39;neil@Example.com'],
    ['in base64', Buffer.from(email).toString('base64')],
    ['as SHA-1', sha1(email.toLowerCase())],
    ['as SHA-256', sha256(email.toLowerCase())],
    ['as SHA-256 in capitals', sha256(email.toLowerCase()).toUpperCase()],
    ['as MD5', md5(email.toLowerCase())],
    ['in base64, in lower case before', Buffer.from(email.toLowerCase()).toString('base64')],
    ['in hex', Buffer.from(email).toString('hex')],
    ['in hex, capitals', Buffer.from(email.toLowerCase()).toString('hex').toUpperCase()],
    ['with numbered entities', 'Jane&#43;o&#x27;neil&#64;Example&#46;com'],
    ['with hexadecimal entities', 'Jane&#x2B;o&#x27;neil&#x40;Example.com'],
    ['with its letters as entities', [...email].map((char) => `&#${char.charCodeAt(0)};`).join('')],
    [
      'with every letter percent-encoded',
      [...email].map((char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`).join(''),
    ],
    ['with letters percent-encoded twice', `%254aane%252bo%2527neil%2540example.com`],
    ['with letters as JSON escapes', '\\u004a\\u0061ne+o\\u0027neil@Example.com'],
    ['a phone as it is', phone],
    ['a phone by its digits', '15550100199'],
    ['a phone without spaces', '+15550100199'],
    ['a phone with dashes', '+1-555-010-0199'],
    ['a phone without its country', '555 010 0199'],
    ['a phone with two noughts', '0015550100199'],
    ['a phone as a form encodes it', '%2B1+%28555%29+010-0199'],
    ['a phone as SHA-256', sha256('15550100199')],
    ['a phone as SHA-256 with its plus', sha256('+15550100199')],
    ['with letters beyond ASCII', 'Straße 5'],
    ['those encoded', 'Stra%c3%9fe%205'],
    ['as a form encodes', 'Stra%C3%9Fe+5'],
    ['as JSON escapes', 'Stra\\u00DFe 5'],
    ['with named entities', 'Jane&plus;o&#39;neil&commat;Example&period;com'],
    ['as a script escapes', 'Jane\\x2bo\\x27neil\\x40Example.com'],
    ['as a mail encodes', 'Jane=2Bo=27neil=40Example.com'],
    ['as SHA-256 of what was typed', sha256(email)],
    ['as MD5 of what was typed', md5(email)],
    ['as SHA-256 in base64', Buffer.from(sha256(email.toLowerCase()), 'hex').toString('base64')],
    ['as SHA-256 in base64 of addresses', Buffer.from(sha256(email.toLowerCase()), 'hex').toString('base64url')],
    ['a phone’s digits in base64', Buffer.from('+15550100199').toString('base64')],
    ['letters with a name in HTML', 'Stra&szlig;e 5'],
    ['letters of Latin-1, encoded', 'Stra%DFe%205'],
    ['marks with a name in HTML', 'Jos&eacute; Mu&ntilde;oz &Scaron;koda'],
    ['marks apart from their letters', 'José Muñoz Škoda'.normalize('NFD')],
    ['marks in Latin-1', 'Jos%E9%20Mu%F1oz%20%C5%A0koda'],
  ])('%s', (_title, spelling) => {
    expect(hide(`<${spelling}>`)).toBe('<[personal]>');
  });

  test('at any offset of a longer base64', () => {
    for (const user of ['', 'a', 'ab']) {
      const basic = Buffer.from(`${user}s3/cr+et="x:tail`).toString('base64');
      expect(hide(basic)).toContain('[secret]');
      expect(hide(basic.replaceAll('+', '-').replaceAll('/', '_'))).toContain('[secret]');
    }
  });

  test('alone if it is short, so that other words stay readable', () => {
    expect(hide('country=DE&code=DEMO&x=%20DE"DE"')).toBe('country=[personal]&code=DEMO&x=%20[personal]"[personal]"');
  });
});

describe('an exchange', () => {
  test('keeps its shape and loses what is secret', () => {
    const { request, response } = redactExchange({
      request: {
        method: 'POST',
        url: 'https://n.example/p?key=abc&siteid=1&security_token=zzz&e=Jane%2Bo%27neil%40Example.com&monkey=1#token=t',
        headers: { Authorization: 'Basic abc', 'X-Api-Key': 'k', Cookie: 'c=1', 'X-Mail': email, Accept: '*/*' },
        body: 'idev_secret=q&verification_token=w&email=jane%2bo%27neil%40example.com&total=1',
      },
      response: { status: 200, headers: { 'set-cookie': 'sid=1', 'x-a': 'b' }, body: `no cart for [${email}]` },
      ...hidden,
    });
    expect(request).toEqual({
      method: 'POST',
      url: 'https://n.example/p?key=[secret]&siteid=1&security_token=[secret]&e=[personal]&monkey=1#token=[secret]',
      headers: {
        Authorization: '[secret]',
        'X-Api-Key': '[secret]',
        Cookie: '[secret]',
        'X-Mail': '[personal]',
        Accept: '*/*',
      },
      body: 'idev_secret=[secret]&verification_token=[secret]&email=[personal]&total=1',
    });
    expect(response).toEqual({
      status: 200,
      headers: { 'set-cookie': '[secret]', 'x-a': 'b' },
      body: 'no cart for [[personal]]',
    });
  });

  test('may have no answer, and stays as it was itself', () => {
    const request = { method: 'GET' as const, url: 'https://n.example/?key=abc' };
    expect(redactExchange({ request, ...hidden })).toEqual({
      request: { method: 'GET', url: 'https://n.example/?key=[secret]' },
      response: undefined,
    });
    expect(request.url).toBe('https://n.example/?key=abc');
  });

  test('keeps 4 kB of a body and says how long it was', () => {
    const response = { status: 200, headers: {}, body: 'x'.repeat(5000) };
    const { body } = redactExchange({
      request: { method: 'GET', url: 'https://n.example/' },
      response,
      ...hidden,
    }).response;
    expect(body).toBe(`${'x'.repeat(4096)} … [cut: 5000 characters in all]`);
  });

  test('hides a value that the cut would split', () => {
    const response = { status: 200, headers: {}, body: `${'x'.repeat(4090)}${email}` };
    const { body } = redactExchange({
      request: { method: 'GET', url: 'https://n.example/' },
      response,
      ...hidden,
    }).response;
    expect(body).not.toContain('Jane');
  });
});

test('personal values are all that an order knows of its customer', () => {
  expect(personalValues({ personal: { email: 'a@b.example', phone: '', ip: '203.0.113.1', city: ' ' } })).toEqual([
    'a@b.example',
    '203.0.113.1',
  ]);
});

test('nothing to hide hides nothing', () => {
  expect(redactText('a=1 jane@example.com', { secrets: [], personal: [' '] })).toBe('a=1 jane@example.com');
});

test('longer numbers, other entities and odd spellings of harmless words stay as they came', () => {
  const kept = 'order 915550100199, 155501001990; %41bc &#169; \\u0041 &#xffffffff;';
  expect(hide(kept)).toBe(kept);
});
