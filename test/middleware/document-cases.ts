/** What a page request gets as cookies: one table for the middleware and for the Worker recipe, which must not differ. */

export interface DocumentCase {
  title: string;
  url: string;
  headers?: Record<string, string>;
  method?: string;
  /** Default true. */
  consent?: boolean | undefined;
  /** Default true. */
  https?: boolean;
  cookies: string[];
}

/** Epoch milliseconds of every case: `lrfkhs00` in base 36. */
export const NOW = parseInt('lrfkhs00', 36);
/** Ids that are made for one request, in this order. */
export const MADE = ['0b9f6a52-3c1d-4e7a-9f00-1234567890ab', '77aa0c11-9b2e-4f3d-8c00-abcdef123456'] as const;
const [VISITOR, SECOND] = MADE;
export const PARAMS = ['irclickid', 'im_ref', 'cjevent', 'awc'];
export const DOMAIN = 'shop.example';

const PAGE = { 'sec-fetch-dest': 'document' };
const LASTING = 'Domain=shop.example; Path=/; Max-Age=34560000; SameSite=Lax; Secure';
const journey = (text: string) => `_ct=1^${text}; ${LASTING}`;
/** The collector's own: an id that no page knows. */
const visitor = (id: string = SECOND) => `_ct_v=${id}; ${LASTING}; HttpOnly`;
const gone = (name: string) => `${name}=; Domain=shop.example; Path=/; Max-Age=0; SameSite=Lax; Secure`;
const ID = 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0';
const landed = [journey(`${VISITOR}^irclickid^${ID}^lrfkhs00`), visitor()];
const OLD = '1^visitor-0001^im_ref^AAA^lqaaaaaa';

export const CASES: DocumentCase[] = [
  { title: 'a landing with a click id', url: `/?irclickid=${ID}`, headers: PAGE, cookies: landed },
  {
    title: 'a name in capitals, the value byte for byte',
    url: '/p?a=1&IRClickId=aB%2Bc',
    headers: PAGE,
    cookies: [journey(`${VISITOR}^irclickid^aB+c^lrfkhs00`), visitor()],
  },
  {
    title: 'a percent sign inside an id',
    url: '/?irclickid=a%2525b',
    headers: PAGE,
    cookies: [journey(`${VISITOR}^irclickid^a%2525b^lrfkhs00`), visitor()],
  },
  {
    title: 'an address inside the address',
    url: '/go?to=%2F%3Firclickid%3Dabc',
    headers: PAGE,
    cookies: [journey(`${VISITOR}^irclickid^abc^lrfkhs00`), visitor()],
  },
  {
    title: 'a browser without fetch metadata that accepts a page',
    url: `/?irclickid=${ID}`,
    headers: { accept: 'text/html,*/*;q=0.8' },
    cookies: landed,
  },
  {
    title: 'a second click of a known visitor',
    url: '/?irclickid=abc',
    headers: { ...PAGE, cookie: `x=1; _ct=${OLD}; _ct_v=cookie-0001` },
    cookies: [journey('visitor-0001^im_ref^AAA^lqaaaaaa^irclickid^abc^lrfkhs00'), visitor('cookie-0001')],
  },
  {
    title: 'a visitor to whom an older version gave the id that pages can read',
    url: '/?irclickid=abc',
    headers: { ...PAGE, cookie: `_ct=${OLD}; _ct_v=visitor-0001` },
    cookies: [journey('visitor-0001^im_ref^AAA^lqaaaaaa^irclickid^abc^lrfkhs00'), visitor(VISITOR)],
  },
  {
    title: 'the same click again, with its first time',
    url: '/?im_ref=AAA',
    headers: { ...PAGE, cookie: `_ct=${OLD}` },
    cookies: [journey('visitor-0001^im_ref^AAA^lqaaaaaa'), visitor(VISITOR)],
  },
  {
    title: 'a page without a click id, which renews what a script has written',
    url: '/cart',
    headers: { ...PAGE, cookie: `_ct=${OLD}` },
    cookies: [journey('visitor-0001^im_ref^AAA^lqaaaaaa'), visitor(VISITOR)],
  },
  {
    title: 'a visitor whose script cookie is gone, who keeps the id that no page learns',
    url: '/?irclickid=abc',
    headers: { ...PAGE, cookie: '_ct_v=cookie-0001' },
    cookies: [journey(`${VISITOR}^irclickid^abc^lrfkhs00`), visitor('cookie-0001')],
  },
  {
    title: 'CJ and Awin, each under its own name',
    url: '/?cjevent=0a1b2c&awc=1001_1700000000_abcdef&awc[1]=1001_1800000000_abcdef',
    headers: PAGE,
    cookies: [
      journey(`${VISITOR}^cjevent^0a1b2c^lrfkhs00^awc^1001_1800000000_abcdef^lrfkhs00`),
      visitor(),
      'cje=0a1b2c; Domain=shop.example; Path=/; Max-Age=34128000; SameSite=Lax; Secure',
      'awc=1001_1800000000_abcdef; Domain=shop.example; Path=/; Max-Age=31536000; SameSite=Lax; Secure; HttpOnly',
    ],
  },
  {
    title: 'a network cookie that is there and no new click: kept as it is',
    url: '/',
    headers: { ...PAGE, cookie: 'cje=0a1b2c' },
    cookies: [],
  },
  {
    title: 'plain http',
    url: '/?irclickid=abc',
    headers: PAGE,
    https: false,
    cookies: [journey(`${VISITOR}^irclickid^abc^lrfkhs00`), visitor()].map((cookie) => cookie.replace('; Secure', '')),
  },
  { title: 'a page without anything', url: '/', headers: PAGE, cookies: [] },
  { title: 'an attribute in the id', url: '/?irclickid=abc%3B%20max-age%3D1', headers: PAGE, cookies: [] },
  { title: 'a line break in the id', url: '/?irclickid=abc%0D%0ASet-Cookie:x=1', headers: PAGE, cookies: [] },
  { title: 'an id of 513 characters', url: `/?irclickid=${'a'.repeat(513)}`, headers: PAGE, cookies: [] },
  { title: 'an empty id', url: '/?irclickid=', headers: PAGE, cookies: [] },
  {
    title: 'a lone percent sign, which is part of the id',
    url: '/?irclickid=%E0%A4%A',
    headers: PAGE,
    cookies: [journey(`${VISITOR}^irclickid^%25E0%25A4%25A^lrfkhs00`), visitor()],
  },
  { title: 'a forged journey', url: '/', headers: { ...PAGE, cookie: '_ct=1^visitor-0001^a b' }, cookies: [] },
  {
    title: 'an image',
    url: '/?irclickid=abc',
    headers: { 'sec-fetch-dest': 'image', accept: 'text/html' },
    cookies: [],
  },
  { title: 'a frame', url: '/?irclickid=abc', headers: { 'sec-fetch-dest': 'iframe' }, cookies: [] },
  {
    title: 'a page fetched ahead',
    url: '/?irclickid=abc',
    headers: { ...PAGE, 'sec-purpose': 'prefetch' },
    cookies: [],
  },
  { title: 'a form that is sent', url: '/?irclickid=abc', headers: PAGE, method: 'POST', cookies: [] },
  {
    title: 'a script that asks for data',
    url: '/?irclickid=abc',
    headers: { accept: 'application/json' },
    cookies: [],
  },
  {
    title: 'nobody having asked for consent',
    url: '/?irclickid=abc',
    headers: { ...PAGE, cookie: `_ct=${OLD}` },
    consent: undefined,
    cookies: [],
  },
  {
    title: 'consent refused, which removes what was kept',
    url: '/?irclickid=abc',
    headers: { ...PAGE, cookie: `_ct=${OLD}; cje=1` },
    consent: false,
    cookies: [gone('_ct'), gone('cje')],
  },
];
