import { expect, test } from 'vitest';
import { isNobodysEmail, namesNobody } from '../../../../collector/model/authority/names-nobody.ts';

test.each([
  ...['guest', 'Guest', 'GUEST_USER', 'guest-checkout', ' "undefined" ', 'null', 'NaN', 'n/a', 'none', 'anonymous'],
  ...['0', '00', '-1', '0-0', '{{customer.id}}', '<customer_id>', '[object Object]', 'not logged in', 'xxx'],
  ...['00000000-0000-0000-0000-000000000000', 'unknown', '(not set)', 'false', 'Gast'],
  ...['επισκέπτης', 'ΕΠΙΣΚΕΠΤΗΣ', 'Ανώνυμος', 'misafir', 'vendég', 'Invité', 'INVITE', 'ゲスト', '游客', 'guestuser'],
  ...['[guest]', '%CUSTOMER_ID%', '*|ID|*', '#N/A', 'Infinity', 'not-registered', 'no_customer', 'Gæst'],
  // Every word of it stands for nobody.
  ...[
    'null null',
    'undefined undefined',
    'Walk-in Customer',
    'gast_kunde',
    'guest-user',
    'No Name',
    'N/A N/A',
    'n.a.',
    '—',
    '**',
  ],
  ...[
    'Gäste',
    'Gastbestellung',
    'onbekend',
    'okänd',
    'Külaline',
    'zákazník',
    'Hosť',
    'niezalogowany',
    'huésped',
    'Ospite',
    'oaspete',
  ],
  ...[
    'неизвестный',
    'Анонім',
    'няма',
    'άγνωστος',
    'ΆΓΝΩΣΤΟΣ',
    'ziyaretçi',
    'אורח',
    'ضيف',
    'مهمان',
    'अतिथि',
    'แขก',
    'Khách vãng lai',
    'tamu',
  ],
  ...['nologin', 'notset', 'uid', 'Laufkundschaft', 'client passager', 'hóspede', 'without_account', 'none@none'],
  ...['guest@shop.example', 'gid://shopify/Customer/0', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
  ...['訪客', '未知', 'ゲスト様', '非会員', '비회원', '게스트'],
])('%j names nobody', (id) => {
  expect(namesNobody(id)).toBe(true);
});

test.each([
  ...['jane@example.com', 'gid://shopify/Customer/10', 'ffff-1', 'guest-4711'],
  '4711',
  'c-1',
  'BCZ2WVSH674563PDPYOTM3AXDQ',
  'guesthouse',
  'nullsoft',
  '1',
  '10',
  'jane@example.com',
  'Naomi',
  'guest_8372',
  'Ξένια',
  '100%',
  'Ånon7',
  'guest-7f3a',
  'Anna Gast',
  'hostel',
  'Noam',
  '李',
  'customer-5',
])('%j names somebody', (id) => {
  expect(namesNobody(id)).toBe(false);
});

test.each([
  ['guest@shop.example', true],
  ['no-reply@shop.example', true],
  ['noemail+1@shop.example', true],
  ['jane.guest@example.com', false],
  ['jane@guest.example', false],
])('%s is nobody’s: %s', (email, nobody) => {
  expect(isNobodysEmail(email)).toBe(nobody);
});
