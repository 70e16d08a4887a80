import { createHash } from 'node:crypto';
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

/** Addresses and names as somebody typed them, or as a vendor shows them again: what nobody sees makes no other person of them. */
describe('a value is hidden in another dress', () => {
  const ALGORITHMS = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'];
  const hash = (name: string, text: string) => createHash(name).update(text).digest();

  test.each(
    ALGORITHMS.flatMap((name): [string, string][] => [
      [`${name} of the address`, hash(name, email.toLowerCase()).toString('hex')],
      [`${name} of it in base64`, hash(name, email.toLowerCase()).toString('base64')],
      [`${name} in capitals`, hash(name, email).toString('hex').toUpperCase()],
      [`${name} of the phone`, hash(name, '+15550100199').toString('hex')],
      [`${name} of the phone in base64 of addresses`, hash(name, '15550100199').toString('base64url')],
      [`${name} of a name`, hash(name, 'josé muñoz škoda').toString('hex')],
      [`${name} of a name by its letters`, hash(name, 'josemunozskoda').toString('base64')],
      [`${name} of a country`, hash(name, 'de').toString('hex')],
    ]),
  )('%s', (_title, spelling) => {
    expect(hide(`{"user":"${spelling}"}`)).toBe('{"user":"[personal]"}');
  });

  test('a hash with its slashes escaped, as PHP writes JSON', () => {
    const slashed = Array.from({ length: 99 }, (_, n) => `jane${n}@example.com`).find((one) =>
      hash('sha512', one).toString('base64').includes('/'),
    )!;
    const shown = JSON.stringify(hash('sha512', slashed).toString('base64')).replaceAll('/', '\\/');
    expect(redactText(shown, { secrets: [], personal: [slashed] })).toBe('"[personal]"');
  });

  test('a hash beside other digits', () => {
    const shown = hide(`user-${hash('sha512', email.toLowerCase()).toString('hex')}0a1`);
    expect(shown).toBe('user-[personal]0a1');
  });

  test.each([
    ['in full width', 'Ｊａｎｅ＋ｏ＇ｎｅｉｌ＠Ｅｘａｍｐｌｅ．ｃｏｍ'],
    ['with a sign in full width', "Jane+o'neil＠Example.com"],
    ['with a small commercial at', "Jane+o'neil﹫Example.com"],
    ['with an ideographic full stop', "Jane+o'neil@Example。com"],
    ['with a blank that nobody sees', "Jane\u200b+o'neil@Example.com"],
    ['with a soft hyphen', "Jane+o'neil@Exam\u00adple.com"],
    ['with a byte order mark', "\ufeffJane+o'neil@Example.com"],
    ['with a word joiner', "Jane+o'neil\u2060@\u2060Example.com"],
    ['with a direction mark', "Jane+o'neil\u200e@Example.com"],
    ['that blank percent-encoded', "Jane%E2%80%8B+o'neil@Example.com"],
    ['that blank percent-encoded twice', 'Jane%25e2%2580%258b%252bo%2527neil%2540Example.com'],
    ['that blank as JSON escapes it', "Jane\\u200b+o'neil@Example.com"],
    ['that blank as an entity', "Jane&#8203;+o'neil@Example.com"],
    ['that blank by its name', "Jane&ZeroWidthSpace;+o'neil@Exam&shy;ple.com"],
    ['with places to break', "Jane+o'neil@<wbr>Example<wbr/>.com"],
    ['with the soft line break of a mail', "Jane+o'neil@Exam=\r\nple.com"],
    ['full width percent-encoded', "Jane+o'neil%EF%BC%A0Example.com"],
    ['full width in a mail', "Jane+o'neil=EF=BC=A0Example.com"],
    ['full width as JSON escapes it', "Jane+o'neil\\uff20Example.com"],
    ['a phone in full width', '＋１ ５５５ ０１００１９９'],
    ['a phone with blanks that nobody sees', '+1\u200b555\u200b0100199'],
    ['marks left out', 'JOSE MUNOZ SKODA'],
  ])('%s', (_title, spelling) => {
    expect(hide(`a ${spelling} b`).replaceAll('\ufeff', '')).toBe('a [personal] b');
  });

  test.each([
    ['in full width', 'ｊａｎｅ＠example.com'],
    ['with a blank that nobody sees', 'jane\u200b@example.com'],
    ['with a soft hyphen', 'ja\u00adne@example.com'],
  ])('an address that was typed %s and is shown plainly, and its hash', (_title, typed) => {
    const personal = [typed];
    const plain = 'jane@example.com';
    for (const shown of [
      plain,
      sha256(plain),
      hash('sha512', plain).toString('base64'),
      Buffer.from(plain).toString('base64'),
    ])
      expect(redactText(`<${shown}>`, { secrets: [], personal })).toBe('<[personal]>');
  });

  test('a host in both spellings of the domain name system', () => {
    const [umlaut, ascii] = ['jane@bücher.example', 'jane@xn--bcher-kva.example'];
    expect(redactText(`<${ascii}>`, { secrets: [], personal: [umlaut] })).toBe('<[personal]>');
    expect(redactText(`<${umlaut}>`, { secrets: [], personal: [ascii] })).toBe('<[personal]>');
  });

  test('a hash of the mailbox, as Google wants it', () => {
    const personal = ['Jane.Doe+shop@gmail.com'];
    expect(redactText(`<${sha256('janedoe@gmail.com')}>`, { secrets: [], personal })).toBe('<[personal]>');
  });

  test('what hides nobody is shown as it came', () => {
    const text = 'Ｏｒｄｅｒ\u200b 17, naïve, %E2%82%AC 5, \\u20ac, ﬁne';
    expect(hide(text)).toBe(text);
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
