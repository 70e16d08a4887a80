import { describe, expect, test } from 'vitest';
import type { Destination, Outcome } from '../../../collector/kit/destination.ts';
import type { SendFailure } from '../../../collector/outbound/send-failure.ts';
import { byStatus, classifyAnswer, classifyRemedy, classifyVerdict } from '../../../collector/relay/outcome.ts';
import { answer, connect, customer, reportOf } from '../destinations/seed-report.ts';

const { definition: impact, settings } = connect('impact');
const silent: Destination = { ...impact, title: 'Net', outcome: () => undefined };
const report = reportOf({ personal: customer });
const failure: SendFailure = {
  ok: false,
  kind: 'timeout',
  sent: true,
  message: 'net.example did not answer within 15 s',
};

describe('the default rules', () => {
  test.each<[number, Outcome['state']]>([
    [200, 'delivered'],
    [204, 'delivered'],
    [301, 'held'],
    [400, 'rejected'],
    [401, 'held'],
    [403, 'held'],
    [404, 'rejected'],
    [407, 'held'],
    [408, 'retry'],
    [422, 'rejected'],
    [425, 'retry'],
    [429, 'retry'],
    [500, 'retry'],
    [503, 'retry'],
  ])('%i is %s', (status, state) => {
    expect(byStatus(answer(status), silent).state).toBe(state);
    expect(classifyAnswer({ definition: silent, settings, report, response: answer(status) }).state).toBe(state);
  });

  test('carry the wish of the vendor along', () => {
    expect(byStatus(answer(503, '', { 'retry-after': '9' }), silent)).toEqual({
      state: 'retry',
      reason: 'Net is unavailable (503)',
      after: 9000,
    });
  });
});

describe('a failure', () => {
  test('after sending says that the report may have arrived', () => {
    expect(classifyAnswer({ definition: silent, settings, report, failure })).toEqual({
      state: 'retry',
      ambiguous: true,
      reason: 'net.example did not answer within 15 s; it may have arrived',
    });
  });

  test('is repeated without end where the vendor recognises a repeat, once where it does not', () => {
    const given = { settings, report, failure, ambiguousBefore: 3 };
    expect(classifyAnswer({ ...given, definition: silent }).state).toBe('retry');
    expect(
      classifyAnswer({ ...given, definition: { ...silent, idempotent: false }, ambiguousBefore: 0 }),
    ).toMatchObject({
      state: 'retry',
      limit: 1,
    });
    expect(classifyAnswer({ ...given, definition: { ...silent, idempotent: false } }).state).toBe('rejected');
  });

  test.each<[number, Outcome['state']]>([
    [408, 'retry'],
    [429, 'retry'],
    [500, 'held'],
    [502, 'held'],
    [503, 'retry'],
    [504, 'held'],
    [520, 'held'],
  ])('is what a %i says of a report that adds with each repeat, unless nothing was begun', (status, state) => {
    const adds: Destination = { ...silent, idempotent: { conversion: true, modification: 'delta', reversal: 'delta' } };
    const given = { definition: adds, settings, response: answer(status) };
    const outcome = classifyAnswer({ ...given, report: { ...report, kind: 'reversal' } });
    expect(outcome.state).toBe(state);
    if (state === 'held')
      expect(outcome).toMatchObject({ ambiguous: true, reason: expect.stringContaining('look there') });
    expect(classifyAnswer({ ...given, report }).state).toBe('retry');
  });

  test('of the guard waits for a person', () => {
    const refused: SendFailure = {
      ok: false,
      kind: 'refused',
      sent: false,
      message: '10.0.0.1 is not a public address',
    };
    expect(classifyAnswer({ definition: silent, settings, report, failure: refused })).toEqual({
      state: 'held',
      reason: refused.message,
    });
  });
});

describe('reasons', () => {
  test('are short and hold neither secret nor e-mail', () => {
    const outcome = () => ({
      state: 'rejected' as const,
      reason: `${customer.email} tok/en+Secret=1 ${'x'.repeat(900)}`,
    });
    const { reason } = classifyAnswer({ definition: { ...impact, outcome }, settings, report, response: answer(400) });
    expect(reason).toBe(`[personal] [secret] ${'x'.repeat(380)}…`);
  });

  test('of verdicts neither', () => {
    const verdict = () => ({ state: 'declined' as const, reason: `no ${customer.email}` });
    const definition = { ...impact, confirm: { request: impact.confirm!.request, verdict } };
    expect(classifyVerdict({ definition, settings, report, response: answer(200) })).toEqual({
      state: 'declined',
      reason: 'no [personal]',
    });
    expect(
      classifyVerdict({ definition: { ...impact, confirm: undefined }, settings, report, response: answer(200) }).state,
    ).toBe('confirmed');
  });
});

test('a remedy is read by its status alone, and its repetition is never in doubt', () => {
  const given = { definition: { ...impact, idempotent: false }, settings, report };
  expect(classifyRemedy({ ...given, response: answer(200, 'anything') }).state).toBe('delivered');
  expect(classifyRemedy({ ...given, response: answer(403) }).state).toBe('held');
  expect(classifyRemedy({ ...given, failure })).toEqual({
    state: 'retry',
    reason: expect.any(String),
    ambiguous: undefined,
  });
});
