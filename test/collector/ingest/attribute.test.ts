import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attributeOrder, type Candidate, type Decision } from '../../../collector/ingest/attribute.ts';
import { days, hours, minutes } from '../../../collector/lib/duration.ts';
import type { Order } from '../../../collector/model/order.ts';
import type { Contender, Rules } from '../../../collector/model/rules.ts';

const NOON = Date.parse('2026-11-20T12:00:00Z');

const rules: Rules = {
  version: 3,
  model: 'last-touch',
  precedence: ['partner', 'paid', 'campaign', 'referral'],
  window: days(30),
  coupons: {},
  standDown: { mode: 'off', minutes: 30, paths: ['/cart', '/checkout'] },
};
const impact: Contender = {
  id: 'impact',
  clickParams: ['im_ref', 'irclickid'],
  window: days(30),
  mode: 'suppress',
  exclusive: true,
};
const awin: Contender = { id: 'awin', clickParams: ['awc'], window: days(30), mode: 'suppress', exclusive: true };

const touch = (param: string, ago: number, more: Partial<Candidate> = {}): Candidate => ({
  param,
  value: `${param}-1`,
  at: NOON - ago,
  kind: 'partner',
  source: 'visitor',
  ...more,
});

interface Case {
  candidates: Candidate[];
  contenders?: Contender[];
  rules?: Partial<Rules>;
  coupons?: string[];
  isNew?: boolean;
  until?: number;
}

function decide({
  candidates,
  contenders = [impact, awin],
  rules: own = {},
  coupons = [],
  isNew,
  until,
}: Case): Decision {
  const order: Order = {
    ...{ orderId: 'O1', total: 100, currency: 'USD', placedAt: NOON, status: 'approved' as const },
    ...{ coupons, items: [], personal: {} },
    ...(isNew === undefined ? {} : { isNewCustomer: isNew }),
  };
  return attributeOrder({
    ...{ order, candidates, contenders, rules: { ...rules, ...own }, now: NOON + 1000 },
    ...(until === undefined ? {} : { until }),
  });
}

const reasons = ({ attribution }: Decision): Record<string, string> =>
  Object.fromEntries(attribution.touches.map(({ value, reason }) => [value, reason]));

test('nobody is credited where nothing was clicked', () => {
  expect(decide({ candidates: [] })).toEqual({
    attribution: { winner: null, rule: 'none', rulesVersion: 3, decidedAt: NOON + 1000, touches: [] },
    told: [],
    suppressed: [],
  });
});

test('the newest touch wins and every other one is told why it lost', () => {
  const decision = decide({ candidates: [touch('awc', hours(2)), touch('irclickid', hours(1))] });
  expect(decision.attribution).toEqual({
    winner: { connection: 'impact', param: 'irclickid', value: 'irclickid-1', at: NOON - hours(1) },
    rule: 'last-touch',
    rulesVersion: 3,
    decidedAt: NOON + 1000,
    touches: [
      {
        ...{
          param: 'awc',
          value: 'awc-1',
          at: NOON - hours(2),
          kind: 'partner',
          connection: 'awin',
          source: 'visitor',
        },
        reason: 'lost: a newer touch won',
      },
      {
        ...{ param: 'irclickid', value: 'irclickid-1', at: NOON - hours(1), kind: 'partner', connection: 'impact' },
        ...{ source: 'visitor', reason: 'won: newest touch inside 30 days' },
      },
    ],
  });
  expect(decision.told.map(({ connection, credited }) => [connection, credited])).toEqual([['impact', true]]);
  expect(decision.suppressed).toEqual([{ connection: 'awin', reason: expect.stringContaining('impact won') }]);
});

test('the oldest touch wins under first-touch', () => {
  const decision = decide({
    candidates: [touch('irclickid', hours(1)), touch('awc', hours(2))],
    rules: { model: 'first-touch' },
  });
  expect([decision.attribution.winner?.connection, decision.attribution.rule]).toEqual(['awin', 'first-touch']);
  expect(reasons(decision)).toEqual({
    'awc-1': 'won: oldest touch inside 30 days',
    'irclickid-1': 'lost: an older touch won',
  });
});

describe('the window', () => {
  test.each<[string, number, Contender, boolean]>([
    ['at its very edge', days(30), impact, true],
    ['a millisecond outside', days(30) + 1, impact, false],
    ["inside a connection's longer one", days(45), { ...impact, window: days(60) }, true],
    ["outside a connection's shorter one", days(2), { ...impact, window: days(1) }, false],
  ])('%s', (_name, ago, contender, wins) => {
    const decision = decide({ candidates: [touch('irclickid', ago)], contenders: [contender] });
    expect(decision.attribution.winner !== null).toBe(wins);
    if (!wins) expect(reasons(decision)['irclickid-1']).toMatch(/^out: older than the window of \d+ days?$/);
  });

  test('an old touch of one partner does not keep a fresh one of another from winning', () => {
    const decision = decide({ candidates: [touch('irclickid', days(31)), touch('awc', days(29))] });
    expect(decision.attribution.winner?.connection).toBe('awin');
  });
});

describe('touches after the moment of the sale', () => {
  const late = touch('irclickid', -hours(1));
  test('are out', () => {
    const decision = decide({ candidates: [late], until: NOON });
    expect(reasons(decision)).toEqual({ 'irclickid-1': 'out: it came after the order was placed' });
    expect(decision.attribution.winner).toBeNull();
  });
  test('are those after it to the millisecond', () => {
    const until = NOON + minutes(5);
    expect(decide({ candidates: [touch('awc', -minutes(5))], until }).attribution.winner).not.toBeNull();
    expect(decide({ candidates: [touch('awc', -minutes(5) - 1)], until }).attribution.winner).toBeNull();
  });
  test('are none where the shop itself brought the clicks', () => {
    expect(decide({ candidates: [{ ...late, source: 'order' }] }).attribution.winner).not.toBeNull();
  });
});

describe('precedence by kind', () => {
  const ad = touch('gclid', minutes(1), { kind: 'paid' });
  const mail = touch('utm_source', minutes(2), { kind: 'campaign' });
  const link = touch('irclickid', hours(5));

  test('a partner click beats a newer ad and a newer campaign', () => {
    const decision = decide({ candidates: [ad, mail, link] });
    expect(decision.attribution.winner?.connection).toBe('impact');
    expect(reasons(decision)['gclid-1']).toBe('lost: a partner touch comes before a paid touch');
  });
  test('another order of kinds lets the ad win, and then no partner is told', () => {
    const decision = decide({ candidates: [ad, mail, link], rules: { precedence: ['paid', 'partner'] } });
    expect([decision.attribution.winner, decision.attribution.rule]).toEqual([null, 'paid-first']);
    expect(decision.told).toEqual([]);
    expect(decision.suppressed).toEqual([
      { connection: 'impact', reason: expect.stringContaining('a paid touch won') },
    ]);
    expect(reasons(decision)['utm_source-1']).toBe("out: the site's rules do not credit campaign touches");
  });
  test('an ad alone credits nobody', () => {
    expect(decide({ candidates: [ad] }).told).toEqual([]);
  });
  test('a click id that no connection takes is out', () => {
    expect(reasons(decide({ candidates: [touch('other', 1)] }))['other-1']).toBe(
      'out: no connection of this site takes other',
    );
  });
});

describe('coupons', () => {
  const both = [touch('irclickid', hours(1)), touch('awc', hours(2))];
  const owned = (exclusive: boolean): Partial<Rules> => ({ coupons: { PARTNER10: { connection: 'awin', exclusive } } });

  test('an exclusive code overrides the newer click for its owner, whatever its case', () => {
    const decision = decide({ candidates: both, coupons: ['partner10'], rules: owned(true) });
    expect(decision.attribution).toMatchObject({
      winner: { connection: 'awin', param: 'awc', value: 'awc-1' },
      rule: 'coupon',
    });
    expect(decision.told).toEqual([
      { connection: 'awin', credited: true, candidate: both[1], reason: 'won: the code partner10 belongs to it' },
    ]);
    expect(reasons(decision)['irclickid-1']).toBe('lost: the code partner10 belongs to another partner');
  });
  test('an exclusive code needs no click of its owner', () => {
    const decision = decide({ candidates: [both[0]!], coupons: ['PARTNER10'], rules: owned(true) });
    expect(decision.attribution.winner).toEqual({ connection: 'awin', param: null, value: null, at: null });
  });
  test('a code that is not exclusive never takes a click away', () => {
    const decision = decide({ candidates: both, coupons: ['PARTNER10'], rules: owned(false) });
    expect([decision.attribution.winner?.connection, decision.attribution.rule]).toEqual(['impact', 'last-touch']);
  });
  test('a code that is not exclusive earns an order that no partner click earned', () => {
    const decision = decide({
      candidates: [touch('gclid', 1, { kind: 'paid' })],
      coupons: ['PARTNER10'],
      rules: owned(false),
    });
    expect(decision.attribution.winner?.connection).toBe('awin');
  });
  test('unknown codes change nothing', () => {
    expect(decide({ candidates: both, coupons: ['WELCOME'], rules: owned(true) }).attribution.rule).toBe('last-touch');
  });
});

describe('stand-down', () => {
  const blog = touch('irclickid', minutes(20), { url: 'https://shop.example/boots' });
  const toolbar = touch('awc', minutes(5), { url: 'https://shop.example/Checkout/pay?x=1' });
  const mode = (value: Rules['standDown']['mode'], within = 30): Partial<Rules> => ({
    standDown: { mode: value, minutes: within, paths: ['/cart', '/checkout'] },
  });

  test('on: a touch in the checkout cannot displace an earlier partner touch', () => {
    const decision = decide({ candidates: [blog, toolbar], rules: mode('on') });
    expect(decision.attribution.winner?.connection).toBe('impact');
    expect(reasons(decision)['awc-1']).toBe(
      'out: stood down, it landed in the checkout within 30 minutes of irclickid',
    );
  });
  test('report: it wins, and its reason says where it landed', () => {
    const decision = decide({ candidates: [blog, toolbar], rules: mode('report') });
    expect(decision.attribution.winner?.connection).toBe('awin');
    expect(reasons(decision)['awc-1']).toContain("landed in the checkout right after another partner's touch");
  });
  test('off: it wins and nothing is said', () => {
    const decision = decide({ candidates: [blog, toolbar], rules: mode('off') });
    expect(reasons(decision)['awc-1']).toBe('won: newest touch inside 30 days');
  });
  test.each([
    ['landed elsewhere', [blog, { ...toolbar, url: 'https://shop.example/boots' }], 30],
    ['came later than the minutes of the rule', [blog, toolbar], 10],
    [
      'has no earlier partner touch before it',
      [toolbar, { ...blog, kind: 'campaign' as const, param: 'utm_source' }],
      30,
    ],
    ['follows a touch of the same partner', [{ ...blog, param: 'awc', value: 'awc-0' }, toolbar], 30],
  ])('on: it wins where it %s', (_name, candidates, within) => {
    expect(decide({ candidates, rules: mode('on', within) }).attribution.winner?.connection).toBe('awin');
  });
});

describe('losers and programmes outside the contest', () => {
  const both = [touch('irclickid', hours(1)), touch('awc', hours(2))];

  test('a loser that wants to know is informed with its own click and no credit', () => {
    const decision = decide({ candidates: both, contenders: [impact, { ...awin, mode: 'inform' }] });
    expect(decision.told[1]).toEqual({
      connection: 'awin',
      credited: false,
      candidate: both[1],
      reason: 'informed: impact won',
    });
    expect(decision.suppressed).toEqual([]);
  });
  test('a loser that has no word for it is not told, and the reason says so', () => {
    const deaf = { ...awin, mode: 'inform' as const, cannotBeInformed: 'Rakuten Advertising' };
    const { told, suppressed } = decide({ candidates: both, contenders: [impact, deaf] });
    expect(told.map(({ connection }) => connection)).toEqual(['impact']);
    expect(suppressed[0]!.reason).toContain('Rakuten Advertising can’t be told that another partner won');
  });
  test('a connection that is not exclusive is credited beside the winner', () => {
    const decision = decide({ candidates: both, contenders: [impact, { ...awin, exclusive: false }] });
    expect(decision.attribution.winner?.connection).toBe('impact');
    expect(decision.told.map(({ connection, credited }) => [connection, credited])).toEqual([
      ['impact', true],
      ['awin', true],
    ]);
  });
  test('and takes nothing away when it is the newest', () => {
    const decision = decide({ candidates: both, contenders: [{ ...impact, exclusive: false }, awin] });
    expect(decision.attribution.winner?.connection).toBe('awin');
    expect(decision.told).toHaveLength(2);
  });
  test('a loser whose touches are out is not informed', () => {
    const decision = decide({
      candidates: [both[0]!, touch('awc', days(31))],
      contenders: [impact, { ...awin, mode: 'inform' }],
    });
    expect(decision.told.map(({ connection }) => connection)).toEqual(['impact']);
    expect(decision.suppressed).toEqual([]);
  });
});

describe('one click seen more than once', () => {
  test('stored and carried by the order it counts once, as the order tells it', () => {
    const stored = touch('irclickid', hours(1), { url: 'https://shop.example/' });
    const decision = decide({
      candidates: [stored, { ...stored, source: 'order' }, { ...stored, source: 'customer' }],
    });
    expect(decision.attribution.touches).toHaveLength(1);
    expect(decision.attribution.touches[0]).toMatchObject({ source: 'order', url: 'https://shop.example/' });
  });
  test('one landing with two parameters of one connection names the other one', () => {
    const decision = decide({ candidates: [touch('irclickid', 5), touch('im_ref', 5)] });
    expect(decision.attribution.winner?.param).toBe('im_ref');
    expect(reasons(decision)['irclickid-1']).toBe('lost: im_ref arrived on the same landing');
  });
});

test('the order in which touches are handed over changes nothing', () => {
  const candidate = fc.record({
    param: fc.constantFrom('irclickid', 'im_ref', 'awc', 'gclid', 'other'),
    value: fc.constantFrom('a', 'b'),
    at: fc.constantFrom(NOON, NOON - minutes(1), NOON - minutes(10), NOON - days(31), NOON + hours(1)),
    source: fc.constantFrom<Candidate['source']>('visitor', 'order', 'customer'),
    url: fc.constantFrom(undefined, 'https://shop.example/checkout', 'https://shop.example/'),
  });
  const kindOf = (param: string): Candidate['kind'] => (param === 'gclid' ? 'paid' : 'partner');
  fc.assert(
    fc.property(
      fc.array(candidate, { maxLength: 8 }),
      fc.integer(),
      fc.constantFrom<Rules['model']>('last-touch', 'first-touch'),
      fc.constantFrom(undefined, NOON),
      (made, rotation, model, until) => {
        const candidates = made.map(({ url, ...rest }) => ({
          ...rest,
          kind: kindOf(rest.param),
          ...(url ? { url } : {}),
        }));
        const shuffled = candidates
          .map((entry, index) => ({ entry, key: Math.imul(index + 1, rotation | 1) >>> 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ entry }) => entry);
        const given = {
          rules: { model, standDown: { mode: 'on' as const, minutes: 30, paths: ['/checkout'] } },
          ...(until === undefined ? {} : { until }),
        };
        expect(decide({ ...given, candidates: shuffled })).toEqual(decide({ ...given, candidates }));
        expect(decide({ ...given, candidates: [...candidates].reverse() })).toEqual(decide({ ...given, candidates }));
      },
    ),
    { numRuns: 400 },
  );
});

describe('a programme that pays for new customers alone', () => {
  const forNew: Contender = { ...awin, customers: 'new' };
  const clicks = [touch('irclickid', days(2)), touch('awc', days(1))];
  test.each<[string, boolean | undefined, string]>([
    ['wins where the customer is one', true, 'awin'],
    ['wins where the shop does not say', undefined, 'awin'],
    ['is out where the customer came back', false, 'impact'],
  ])('%s', (_title, isNew, winner) => {
    const decision = decide({
      candidates: clicks,
      contenders: [impact, forNew],
      ...(isNew === undefined ? {} : { isNew }),
    });
    expect(decision.attribution.winner?.connection).toBe(winner);
    if (isNew === false) expect(reasons(decision)['awc-1']).toBe('out: awin pays for new customers alone');
  });

  test('earns nothing by its code either, and the other way round', () => {
    const coupons = { VIP: { connection: 'awin', exclusive: true } };
    const given = { candidates: clicks, rules: { coupons }, coupons: ['VIP'] };
    const winner = (contender: Contender, isNew: boolean) =>
      decide({ ...given, contenders: [impact, contender], isNew }).attribution.winner?.connection;
    expect([winner(forNew, true), winner(forNew, false)]).toEqual(['awin', 'impact']);
    const forReturning: Contender = { ...awin, customers: 'returning' };
    expect([winner(forReturning, true), winner(forReturning, false)]).toEqual(['impact', 'awin']);
  });
});
