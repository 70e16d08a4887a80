import { describe, expect, test } from 'vitest';
import type { Outcome, Verdict } from '../../../../collector/kit/destination.ts';
import type { ReportKind } from '../../../../collector/model/report.ts';
import { classifyAnswer, classifyVerdict } from '../../../../collector/relay/outcome.ts';
import { answer, connect, reportOf } from '../seed-report.ts';

const { definition, settings } = connect('impact');
const uri = '/Advertisers/IRxxx/APISubmissions/A-4632dba3-2211-4615-a62d-6e121ddcdfa1';
const queued: Outcome = {
  state: 'delivered',
  reason: 'queued by impact.com, verdict pending',
  reference: uri,
  confirmAfter: 2000,
};

const outcome = (response: ReturnType<typeof answer>, kind: ReportKind = 'conversion') =>
  classifyAnswer({ definition, settings, report: reportOf({}, { kind }), response });

describe('an answer', () => {
  test.each<[string, ReturnType<typeof answer>, Partial<Outcome>]>([
    ['queued', answer(200, { Status: 'QUEUED', QueuedUri: uri }), queued],
    ['queued, keys in other casing', answer(200, { status: 'QUEUED', queuedUri: uri }), queued],
    [
      'an action at once',
      answer(200, { ActionUri: '/Advertisers/IRxxx/Actions/1000.4636.158133' }),
      { state: 'delivered', reason: 'recorded by impact.com as 1000.4636.158133' },
    ],
    [
      'an error with 200',
      answer(200, { Status: 'ERROR', Message: 'Bad' }),
      { state: 'rejected', reason: 'impact.com refused the data: Bad' },
    ],
    ["somebody's page with 200", answer(200, '<html>'), { state: 'retry' }],
    [
      'a refusal, lower case',
      answer(400, { Status: 'ERROR', errors: [{ field: 'EventDate', level: 'error', message: 'is not a date' }] }),
      { state: 'rejected', reason: 'impact.com refused the data: EventDate: is not a date' },
    ],
    [
      'a refusal, upper case',
      answer(400, {
        Status: 'ERROR',
        Message: 'Validation Failed',
        Errors: [
          { Field: 'OrderId', Message: 'OrderId is required' },
          { Field: 'ClickId', Message: 'too long' },
        ],
      }),
      { state: 'rejected', reason: 'impact.com refused the data: OrderId is required; ClickId: too long' },
    ],
    [
      'a duplicate',
      answer(400, { errors: [{ field: 'OrderId', message: 'CONV_DUPLICATE' }] }),
      { state: 'delivered', reason: 'impact.com: already counted: an action with this order id exists' },
    ],
    [
      'bad credentials',
      answer(401),
      { state: 'held', reason: 'impact.com does not accept the credentials: check accountSid and authToken' },
    ],
    [
      'a request that failed',
      answer(402, { Message: 'Not possible' }),
      { state: 'rejected', reason: 'impact.com could not carry the request out: Not possible' },
    ],
    ['a token without scope', answer(403), { state: 'held', reason: expect.stringContaining('scope') }],
    ['no such account', answer(404), { state: 'held', reason: expect.stringContaining('accountSid') }],
    ['a redirect', answer(302), { state: 'held' }],
    ['too many requests', answer(429, '', { 'retry-after': '7' }), { state: 'retry', after: 7000 }],
    ['too many, reset as a span', answer(429, '', { 'x-ratelimit-reset': '30' }), { state: 'retry', after: 30_000 }],
    [
      'too many, reset as an instant',
      { ...answer(429, '', { 'x-ratelimit-reset': '1487332519' }), receivedAt: 1487332500_000 },
      { state: 'retry', after: 19_000 },
    ],
    ['unavailable', answer(503), { state: 'retry', reason: 'impact.com is unavailable (503)' }],
  ])('%s', (_title, response, expected) => {
    expect(outcome(response)).toMatchObject(expected);
  });

  test('of "not found" to a change concerns that order alone', () => {
    expect(outcome(answer(404), 'reversal').state).toBe('rejected');
  });
});

describe('the verdict', () => {
  const verdict = (response: ReturnType<typeof answer>): Verdict =>
    classifyVerdict({ definition, settings, report: reportOf(), response });
  const complete = (more: object = {}) => answer(200, { BatchId: 'A-1', Status: 'Complete', ...more });

  test('is asked for under the path of QueuedUri, behind the base address with its prefix', () => {
    const local = connect('impact', { baseUrl: 'http://127.0.0.1:8788/impact/' }).settings;
    expect(definition.confirm!.request(uri, local, reportOf())).toEqual({
      method: 'GET',
      url: `http://127.0.0.1:8788/impact${uri}`,
      headers: {
        Authorization: `Basic ${Buffer.from('IRxxx:tok/en+Secret=1').toString('base64')}`,
        Accept: 'application/json',
      },
    });
  });

  test.each([
    [
      'https://evil.example/Advertisers/IRxxx/APISubmissions/A-1',
      'https://api.impact.com/Advertisers/IRxxx/APISubmissions/A-1',
    ],
    ['//evil.example/A-2', 'https://api.impact.com/Advertisers/IRxxx/APISubmissions/A-2'],
    ['/Advertisers/IRxxx/APISubmissions/../Actions', 'https://api.impact.com/Advertisers/IRxxx/APISubmissions/Actions'],
    ['@evil.example', 'https://api.impact.com/Advertisers/IRxxx/APISubmissions/%40evil.example'],
  ])('credentials follow %s nowhere else', (reference, url) => {
    expect(definition.confirm!.request(reference, settings, reportOf()).url).toBe(url);
  });

  test.each<[string, ReturnType<typeof answer>, Partial<Verdict>]>([
    ['queued', answer(200, { Status: 'Queued' }), { state: 'pending' }],
    ['in progress', answer(200, { status: 'In Progress' }), { state: 'pending', reason: 'impact.com: in progress' }],
    [
      'complete',
      complete({ ErrorReason: '', ErrorType: null }),
      { state: 'confirmed', reason: 'recorded by impact.com' },
    ],
    [
      'a duplicate among others',
      complete({ ErrorReason: 'UNCLAIMED CONV_DUPLICATE' }),
      { state: 'confirmed', reason: 'impact.com: already counted: an action with this order id exists' },
    ],
    [
      'not an affiliate sale',
      complete({ ErrorReason: 'ACTION_REF_NOT_FOUND' }),
      {
        state: 'declined',
        benign: true,
        reason: 'impact.com: no click or other reference of a partner was found for this sale [ACTION_REF_NOT_FOUND]',
      },
    ],
    [
      'several reasons',
      complete({ errorReason: 'UNCLAIMED CONTRACT_NOT_FOUND' }),
      { state: 'declined', benign: false },
    ],
    ['a code of call tracking', complete({ ErrorReason: 'CALL_TOO_SHORT' }), { state: 'declined', benign: false }],
    [
      'a code that nobody explains',
      complete({ ErrorReason: 'BRAND_NEW' }),
      { state: 'declined', reason: expect.stringContaining('BRAND_NEW') },
    ],
    ['an error without a reason', complete({ ErrorType: 'Validation' }), { state: 'declined' }],
    ['not yet known', answer(404), { state: 'pending' }],
    ['no scope', answer(403), { state: 'pending', reason: expect.stringContaining('APISubmissions') }],
    ['unavailable', answer(503, '', { 'retry-after': '5' }), { state: 'pending', after: 5000 }],
    ['no JSON', answer(200, 'oops'), { state: 'pending' }],
  ])('%s', (_title, response, expected) => {
    expect(verdict(response)).toMatchObject(expected);
  });
});

describe('the connection test', () => {
  test('reads the programme, and each failure says what to fix', () => {
    expect(definition.test!.request(settings)).toMatchObject({
      method: 'GET',
      url: 'https://api.impact.com/Advertisers/IRxxx/Campaigns/1000',
    });
    expect(definition.test!.verdict(answer(200), settings)).toEqual({
      ok: true,
      message: 'impact.com knows programme 1000',
    });
    const messages = [401, 403, 404, 429, 500].map(
      (status) => definition.test!.verdict(answer(status), settings).message,
    );
    expect(messages).toEqual([
      expect.stringContaining('copy Account SID'),
      expect.stringContaining('scope'),
      expect.stringContaining('campaignId'),
      expect.stringContaining('later'),
      expect.stringContaining('500'),
    ]);
  });
});
