/** The rule of consent as a table: each row a case, what it says of telling networks, and the honest or hostile case behind it. */
import { describe, expect, test } from 'vitest';
import type { Consent } from '../../../../wire/consent.ts';
import {
  type ConsentGate,
  type ConsentRules,
  decideGate,
  GATE_REASONS,
  type GateFacts,
  gateOfReason,
  GATES,
  VISITORLESS_REASON,
  withSignal,
} from '../../../../collector/model/authority/consent-gate.ts';

const WAIT: ConsentRules = { consent: 'wait', shopConsent: 'wait', gpc: 'honour' };
const GRANTED: ConsentRules = { ...WAIT, consent: 'granted' };
const AUTO: ConsentRules = { ...WAIT, consent: 'auto' };
const yes: Consent = { marketing: 'granted', source: 'manual' };
const bySite: Consent = { marketing: 'granted', source: 'site' };
const no: Consent = { marketing: 'denied', source: 'tcf' };
const signal: Consent = { marketing: 'denied', source: 'gpc', gpc: true };
const unknown: Consent = { marketing: 'unknown' };

type Row = [what: string, facts: Partial<GateFacts>, expected: ConsentGate];
const table: Row[] = [
  ['no answer on a site that waits', {}, 'waiting'],
  ['no answer where consent is settled before', { rules: GRANTED }, 'open'],
  ['no answer where the page is read', { rules: AUTO }, 'open'],
  ['a page that asks and has no answer yet', { rules: AUTO, said: unknown }, 'waiting'],
  ['the same on a site that waits', { said: unknown }, 'waiting'],
  ['a yes', { said: yes }, 'open'],
  ['a no', { said: no }, 'denied'],
  ['a no where consent is settled', { rules: GRANTED, said: no }, 'denied'],
  ['the yes of a site is nobody’s on a site that waits', { said: bySite }, 'waiting'],
  ['the yes of a site on such a site', { rules: GRANTED, said: bySite }, 'open'],
  ['a yes of the same visitor with earlier touches', { agreed: true }, 'open'],
  ['a no in the report after an earlier yes', { agreed: true, said: no }, 'denied'],
  ['the shop states a yes', { shop: yes, visitorless: true }, 'open'],
  ['the shop states a no', { shop: no, said: yes }, 'denied'],
  ['the shop states a yes, a bait said no', { shop: yes, said: no }, 'open'],
  ['the shop states none, of nobody who is known', { visitorless: true }, 'waiting'],
  [
    'the same where the shop asks in another way',
    { visitorless: true, rules: { ...WAIT, shopConsent: 'granted' } },
    'open',
  ],
  [
    'a known visitor is waited for whatever the shop settles',
    { rules: { ...WAIT, shopConsent: 'granted' } },
    'waiting',
  ],
  ['the signal alone, on a site that waits', { said: signal }, 'gpc'],
  ['the signal alone, where consent is settled', { rules: GRANTED, said: signal }, 'gpc'],
  ['the signal alone, where the page is read', { rules: AUTO, said: signal }, 'gpc'],
  ['the signal, and an earlier yes', { said: signal, agreed: true }, 'open'],
  ['the signal, and the shop’s yes', { said: signal, shop: yes }, 'open'],
  ['the signal where the site ignores it', { said: signal, rules: { ...GRANTED, gpc: 'ignore' } }, 'open'],
  ['the same on a site that waits', { said: signal, rules: { ...WAIT, gpc: 'ignore' } }, 'waiting'],
  ['a withdrawal and the shop’s yes', { visitorWithdrew: 5, shop: yes }, 'withdrawn'],
  [
    'a withdrawal and the visitor’s own yes under the same name',
    { visitorWithdrew: 5, said: yes, saidAt: 9 },
    'withdrawn',
  ],
  ['a withdrawal where consent is settled', { visitorWithdrew: 5, rules: GRANTED }, 'withdrawn'],
  ['the customer’s withdrawal and the shop’s yes', { personWithdrew: 5, shop: yes, visitorless: true }, 'withdrawn'],
  ['the customer’s withdrawal and an older yes', { personWithdrew: 5, said: yes, saidAt: 5 }, 'withdrawn'],
  ['the customer’s withdrawal and an old visit with a yes', { personWithdrew: 5, agreed: true }, 'withdrawn'],
  ['the customer agreed again, in a browser of its own', { personWithdrew: 5, said: yes, saidAt: 6 }, 'open'],
  [
    'the customer’s withdrawal and the yes of a site',
    { personWithdrew: 5, said: bySite, saidAt: 6, rules: GRANTED },
    'withdrawn',
  ],
];

test.each(table)('%s', (_what, facts, expected) => {
  expect(decideGate({ rules: WAIT, agreed: false, visitorless: false, ...facts })).toBe(expected);
});

describe('Global Privacy Control in a request', () => {
  const honour = { gpc: 'honour' as const };
  test.each<[string, Consent | undefined, { gpc: 'honour' | 'ignore' }, Consent | undefined]>([
    ['without an answer is a no', undefined, honour, signal],
    ['beside the yes of a site is a no', bySite, honour, signal],
    ['beside an open question is a no', unknown, honour, signal],
    ['beside a yes is noted', yes, honour, { ...yes, gpc: true }],
    ['beside a no is noted', no, honour, { ...no, gpc: true }],
    ['ignored, without an answer, says nothing', undefined, { gpc: 'ignore' }, undefined],
    ['ignored, beside the yes of a site, is noted', bySite, { gpc: 'ignore' }, { ...bySite, gpc: true }],
  ])('%s', (_what, said, rules, expected) => {
    expect(withSignal(said, true, rules)).toEqual(expected);
    expect(withSignal(said, false, rules)).toEqual(said);
  });
});

test('every reason names its gate, and no other reason names one', () => {
  for (const gate of GATES) if (gate !== 'open') expect(gateOfReason(GATE_REASONS[gate])).toBe(gate);
  expect(gateOfReason(VISITORLESS_REASON)).toBe('waiting');
  expect(gateOfReason('ready to be sent')).toBeUndefined();
});
