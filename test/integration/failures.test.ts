import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../collector/lib/clock.ts';
import type { OrderView } from '../../collector/admin/order-view.ts';
import type { ScriptedAnswer } from '../../sandbox/script.ts';
import { startSandbox, type Sandbox } from '../../sandbox/server.ts';
import { startCollector, type Collector } from '../harness/collector.ts';
import { seedOrder } from '../harness/impact-world.ts';
import { until } from '../harness/until.ts';
import { controlOf } from '../sandbox/control.ts';

interface Failure {
  name: string;
  /** What the next requests of this site meet. */
  answers: ScriptedAnswer[];
  /** The state in which the delivery ends. */
  ends: string;
  reason: RegExp;
  /** Outcome and words of the first attempt. */
  first: [outcome: string, reason: RegExp];
  /** Requests that report the sale. */
  requests: number;
  /** Conversions that impact.com has in the end, and how often it saw the order again. */
  recorded: number;
  duplicates?: number;
}

const recorded = { ends: 'confirmed', reason: /recorded by impact\.com|counted/, recorded: 1 };
const again = { ...recorded, requests: 2 };
const limit = (header: ScriptedAnswer['header']): Failure => ({
  ...again,
  name: `429 with ${header}`,
  answers: [{ kind: 'rate-limit', header: header!, seconds: 2 }],
  first: ['retry', /asks to slow down \(429\)/],
});

const failures: Failure[] = [
  {
    ...recorded,
    name: '503 for a while, then up',
    answers: [{ kind: 'status', status: 503, times: 2 }],
    first: ['retry', /is unavailable \(503\)/],
    requests: 3,
  },
  limit('retry-after'),
  limit('retry-date'),
  limit('reset-seconds'),
  limit('reset-epoch'),
  ...(['upper', 'lower'] as const).map((casing): Failure => ({
    name: `400 in ${casing} case`,
    answers: [{ kind: 'validation', casing }],
    ...{ ends: 'rejected', reason: /refused the data: OrderId.*refused by the script/, requests: 1, recorded: 0 },
    first: ['rejected', /OrderId/],
  })),
  {
    name: '401',
    answers: [{ kind: 'unauthorized' }],
    ...{ ends: 'held', reason: /check accountSid and authToken/, requests: 1, recorded: 0 },
    first: ['held', /credentials/],
  },
  {
    name: '403',
    answers: [{ kind: 'forbidden' }],
    ...{ ends: 'held', reason: /lacks the scope/, requests: 1, recorded: 0 },
    first: ['held', /scope/],
  },
  {
    ...again,
    name: 'no answer',
    answers: [{ kind: 'hang' }],
    first: ['retry', /did not answer within 1 s; it may have arrived/],
  },
  {
    ...again,
    name: 'no answer, although it was recorded',
    answers: [{ kind: 'hang', recorded: true }],
    first: ['retry', /it may have arrived/],
    duplicates: 1,
  },
  {
    ...again,
    name: 'a connection reset',
    answers: [{ kind: 'reset' }],
    first: ['retry', /connection to 127\.0\.0\.1 broke/],
  },
  {
    ...again,
    name: 'a connection reset after it was recorded',
    answers: [{ kind: 'reset-after' }],
    first: ['retry', /it may have arrived/],
    duplicates: 1,
  },
  {
    ...again,
    name: 'a page of HTML with status 200',
    answers: [{ kind: 'garbage' }],
    first: ['retry', /without queueing anything/],
  },
  {
    ...recorded,
    name: 'a slow answer',
    answers: [{ kind: 'slow', ms: 300 }],
    first: ['delivered', /queued/],
    requests: 1,
  },
  {
    name: 'a late rejection',
    answers: [{ kind: 'late-rejection', reason: 'CONTRACT_NOT_FOUND' }],
    ...{ ends: 'declined', reason: /\[CONTRACT_NOT_FOUND\]/, requests: 1, recorded: 0 },
    first: ['delivered', /queued by impact\.com, verdict pending/],
  },
  {
    name: 'the word that it is a duplicate',
    answers: [{ kind: 'duplicate' }],
    ...{ ends: 'confirmed', reason: /./, requests: 1, recorded: 0 },
    first: ['delivered', /queued/],
  },
];

const ADMIN = 'an-invented-admin-token';
let sandbox: Sandbox;
let collector: Collector;
const impact = controlOf(() => sandbox, 'impact');

/** A site for each failure, so that one vendor's trouble is nobody else's: the sandbox tells them apart by their account. */
const yaml = (url: string): string =>
  [
    'sites:',
    ...failures.map(
      (_, index) => `
  - id: site${index}
    domains: [shop.example]
    consent: granted
    connections:
      - id: impact
        type: impact
        limits: { timeout: ${failures[index]!.name.startsWith('no answer') ? '1s' : '20s'} }
        settings: { accountSid: IRsite${index}x, authToken: invented, campaignId: "1000", actionTrackerId: "9876", baseUrl: "${url}/impact" }`,
    ),
  ].join('\n');

beforeAll(async () => {
  sandbox = await startSandbox({ clock: systemClock });
  collector = await startCollector({ yaml: yaml(sandbox.url), env: { CLICKTHREAD_ADMIN_TOKEN: ADMIN } });
  await impact.settings({ verdictDelayMs: 50 });
  await impact.script(
    failures.flatMap(({ answers }, index) =>
      answers.map((answer) => ({ ...answer, method: 'POST', path: `IRsite${index}x/` })),
    ),
  );
});
afterAll(async () => {
  await collector?.remove();
  await sandbox?.stop();
});

const first = ({ name, ends }: Failure): boolean => failures.find((other) => other.ends === ends)?.name === name;

type Shown = OrderView['deliveries'][number];
const explain = async (orderId: string): Promise<Shown> => (await collector.explain(orderId)).deliveries[0]!;

/** Waits for an order's only delivery to be in a state. */
const ending = (index: number, state: string): Promise<Shown> =>
  until(
    async () => {
      const path = `/v1/orders/O${index}?site=site${index}`;
      const { body } = await collector.api('GET', path, undefined, { authorization: `Bearer ${ADMIN}` });
      const [shown] = body['deliveries'] as Shown[];
      return shown!.state === state && shown;
    },
    { what: `"${failures[index]!.name}" to end as ${state}`, timeout: 50_000 },
  );

describe.concurrent('impact.com answers with', () => {
  test.each(failures.map((failure, index) => ({ ...failure, index })))('$name', async (failure) => {
    const orderId = `O${failure.index}`;
    const body = JSON.stringify(seedOrder(orderId));
    const sent = await fetch(`${collector.url}/t/site${failure.index}/conversion`, { method: 'POST', body });
    expect(sent.status).toBe(200);
    const calls = async () =>
      (await impact.state()).received.filter(({ body: text }) => text.includes(`OrderId=${orderId}&`));
    const shown = await ending(failure.index, failure.ends);
    // The API and the command show the same; one order of each kind of end is asked of the command.
    const delivery = first(failure) ? await explain(orderId) : shown;
    expect(delivery).toMatchObject({
      kind: 'conversion',
      state: failure.ends,
      reason: expect.stringMatching(failure.reason),
      nextAt: null,
    });
    const [outcome, reason] = failure.first;
    expect(delivery.attempts[0]).toMatchObject({ purpose: 'report', outcome, reason: expect.stringMatching(reason) });
    const requests = await calls();
    expect(requests).toHaveLength(failure.requests);
    // The same words each time: a delivery that is sent later says what it would have said at once.
    expect(new Set(requests.map(({ body: text }) => text)).size).toBe(1);
    const kept = (await impact.state()).recorded.filter((record) => record['orderId'] === orderId);
    expect(kept.map((record) => record['duplicates'])).toEqual(Array(failure.recorded).fill(failure.duplicates ?? 0));
  });
});

test('what was held goes out after the cause was mended and it is replayed, and only that', async () => {
  const index = failures.findIndex(({ name }) => name === '401');
  await ending(index, 'held');
  const dry = await collector.run('replay', '--site', `site${index}`, '--dry-run', '--json');
  expect(JSON.parse(dry.out)).toMatchObject({ dryRun: true, deliveries: [{ orderId: `O${index}`, was: 'held' }] });
  expect((await explain(`O${index}`)).state).toBe('held');
  expect((await collector.run('replay', '--site', `site${index}`)).out).toContain('Sent again: 1 report.');
  await ending(index, 'confirmed');
  expect(JSON.parse((await collector.run('replay', '--site', `site${index}`, '--json')).out)).toMatchObject({
    deliveries: [],
  });
  const listed = JSON.parse((await collector.run('deliveries', '--site', `site${index}`, '--json')).out) as {
    state: string;
  }[];
  expect(listed.map(({ state }) => state)).toEqual(['confirmed']);
});
