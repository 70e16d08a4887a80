import { describe, expect, test } from 'vitest';
import { byStatus } from '../../collector/relay/outcome.ts';
import { GATE_REASONS, VISITORLESS_REASON } from '../../collector/model/authority/consent-gate.ts';
import { failureOf } from '../../collector/outbound/send-failure.ts';
import { elTold as elToldOften } from '../../dashboard/messages/el/told.ts';
import { elToldMore } from '../../dashboard/messages/el/told-more.ts';
import { fixOf } from '../../dashboard/state/fix.ts';
import { translateTold } from '../../dashboard/state/told.ts';
import { sourcesIn } from '../harness/source-files.ts';

const elTold = [...elToldOften, ...elToldMore];
const inGreek = (text: string): string => translateTold(text, elTold);
const answer = (status: number) => byStatus({ status, headers: {}, body: '' }, { title: 'Net' }).reason;
const broken = (code: string, sent = false) =>
  failureOf(Object.assign(new Error(code), { code }), { host: 'net.example', sent }).message;

describe('what the collector words itself is said in Greek', () => {
  test.each([
    ...[200, 302, 401, 404, 429, 503].map(answer),
    ...Object.values(GATE_REASONS),
    VISITORLESS_REASON,
    ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ETIMEDOUT', 'CERT_HAS_EXPIRED'].map((code) =>
      broken(code),
    ),
    `given up at its deadline; last: ${answer(503)}`,
    `not told: impact won (lost: a newer touch won)`,
    'is missing',
  ])('%s', (text) => {
    expect(inGreek(text)).toMatch(
      /^[^a-z]*((Net|net\.example|impact|CERT_HAS_EXPIRED|Global Privacy Control|shopConsent)[^a-z]*)*$/,
    );
  });

  test.each([
    [
      'won: newest touch inside 30 days; impact was paused then',
      'κέρδισε: το νεότερο κλικ μέσα σε 30 ημέρες· η σύνδεση impact ήταν τότε σε παύση',
    ],
    ['confirmed by the shop', 'επιβεβαιωμένη από το κατάστημα'],
    [
      'Several browsers lay claim to orders of shop: 2 orders wait for a decision, 1 order was told on the first claim',
      'Πολλά προγράμματα περιήγησης διεκδικούν παραγγελίες του shop: περιμένουν απόφαση: 2, ήδη ειπωμένες με τον πρώτο που διεκδίκησε: 1',
    ],
    [
      'nothing to reverse there: the conversion ended as rejected (Net refused the report (404))',
      'δεν υπάρχει τι να αναιρεθεί εκεί: η αναφορά «πώληση» κατέληξε απορριφθείσα (το Net αρνήθηκε την αναφορά (404))',
    ],
  ])('with what it quotes: %s', (text, greek) => {
    expect(inGreek(text)).toBe(greek);
  });

  test.each(['Invalid order; try again in 3 days', 'Bad Request', '{"error":"lost; found"}', 'x; '.repeat(500), ''])(
    'but what a network says stays as it is: %s',
    (text) => expect(inGreek(text)).toBe(text),
  );

  test('every refusal that the dashboard may be answered with', () => {
    const rooms = ['collector/http/admin', 'collector/intake', 'collector/admin'];
    const messages = rooms
      .flatMap(sourcesIn)
      .flatMap(({ text }) =>
        [...text.matchAll(/\bmessage:\s*(?:'((?:[^'\\]|\\.)*)'|"([^"]*)"|`([^`]*)`)/g)].map(
          ([, plain, quoted, filled]) =>
            (plain?.replaceAll("\\'", "'") ?? quoted ?? filled!).replaceAll(
              /\$\{(?:[^{}]|\{[^}]*\})*\}/g,
              'is missing',
            ),
        ),
      );
    expect(messages.length).toBeGreaterThan(60);
    expect(messages.filter((text) => inGreek(text) === text)).toEqual([]);
  });

  test('as the collector words it: each stands in its source', () => {
    const source = sourcesIn('collector')
      .map(({ text }) => text.replaceAll("\\'", "'"))
      .join('\n');
    const parts = elTold.flatMap(([english]) => english.split(/\{\w+\}|"/).filter((part) => part.length >= 9));
    expect(parts.filter((part) => !source.includes(part.trim()))).toEqual([]);
  });
});

test.each([
  ['held', answer(401), 'settings'],
  ['held', answer(302), 'settings'],
  ['held', 'something that nobody foresaw', 'settings'],
  ['held', "broke; Net can't recognise a repeat: look there", 'look'],
  ['rejected', 'given up at its deadline; last: x', 'late'],
  ['rejected', answer(422), 'data'],
  ['by_hand', 'Net can’t be told', 'hand'],
  ['waiting', 'waits for a decision: x (clickthread contested A)', 'decide'],
  ['waiting', GATE_REASONS.waiting, undefined],
  ['delivered', answer(200), undefined],
])('%s because of “%s” is mended by: %s', (state, reason, fix) => {
  expect(fixOf({ state, reason })).toBe(fix);
});
