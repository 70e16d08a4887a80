/** Scripted failures over HTTP: what each looks like to a caller, what was recorded, and that they end. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../sandbox/server.ts';
import { controlOf } from './control.ts';
import { openImpact, SID, type Client } from './vendors/impact/client.ts';

let client: Client;
beforeAll(async () => {
  client = await openImpact();
});
const control = controlOf(() => client.sandbox, 'impact');
beforeEach(async () => {
  await control.reset();
});
afterAll(() => client.sandbox.stop());

const conversions = async () => (await control.state()).counts['conversions'];
/** Whether the connection broke, in place of an answer. */
const broken = () =>
  client.convert().then(
    () => false,
    () => true,
  );

describe('a scripted answer', () => {
  it('is given as often as asked for, then the vendor is itself again', async () => {
    await control.script([{ kind: 'status', status: 503, times: 2, body: 'busy' }]);
    const statuses = [await client.convert(), await client.convert(), await client.convert()].map(
      ({ status }) => status,
    );
    expect([statuses, await conversions()]).toEqual([[503, 503, 200], 1]);
  });

  it('lasts for a time where that is asked for', async () => {
    await control.script([{ kind: 'status', status: 503, forMs: 3_000 }]);
    expect((await client.convert()).status).toBe(503);
    client.wait(2_999);
    expect((await client.convert()).status).toBe(503);
    client.wait(1);
    expect((await client.convert()).status).toBe(200);
  });

  it('meets only requests of its method and path, and a script can be appended to', async () => {
    await control.script([{ kind: 'status', status: 503, method: 'GET' }]);
    await control.script([{ kind: 'status', status: 500, path: '/Actions' }], { append: true });
    expect((await client.convert()).status).toBe(200);
    expect((await control.state()).script).toEqual([
      { kind: 'status', status: 503, method: 'GET', times: 1 },
      { kind: 'status', status: 500, path: '/Actions', times: 1 },
    ]);
    expect((await client.change('PUT', {})).status).toBe(500);
    expect((await client.call('GET', '/CompanyInformation')).status).toBe(503);
  });

  it.each([
    ['retry-after', 'retry-after', '5'],
    ['retry-date', 'retry-after', 'Fri, 20 Nov 2026 12:00:05 GMT'],
    ['reset-seconds', 'x-ratelimit-reset', '5'],
    ['reset-epoch', 'x-ratelimit-reset', '1795176005'],
  ])('429 can say when in the form %s', async (header, name, value) => {
    const other = await openImpact();
    await controlOf(() => other.sandbox, 'impact').script([{ kind: 'rate-limit', header, seconds: 5 }]);
    const answer = await other.convert();
    await other.sandbox.stop();
    expect([answer.status, answer.headers.get(name)]).toEqual([429, value]);
  });

  it('can be a refusal in either casing', async () => {
    await control.script([
      { kind: 'validation', casing: 'upper' },
      { kind: 'validation', casing: 'lower' },
    ]);
    const [upper, lower] = [await client.convert(), await client.convert()];
    expect([upper.status, upper.body]).toEqual([
      400,
      {
        Status: 'ERROR',
        Message: 'Validation Failed',
        Errors: [{ Field: 'OrderId', Message: 'was refused by the script' }],
      },
    ]);
    expect(lower.body).toEqual({
      Status: 'ERROR',
      errors: [{ field: 'OrderId', level: 'error', message: 'OrderId was refused by the script' }],
    });
  });

  it('can be 401, 403 or garbage', async () => {
    await control.script([{ kind: 'unauthorized' }, { kind: 'forbidden' }, { kind: 'garbage' }]);
    expect((await client.convert()).status).toBe(401);
    expect((await client.convert()).status).toBe(403);
    const garbage = await client.convert();
    expect([garbage.status, garbage.text.startsWith('<!doctype html>'), await conversions()]).toEqual([200, true, 0]);
  });

  it('can reset the connection before or after recording', async () => {
    await control.script([{ kind: 'reset' }]);
    expect([await broken(), await conversions()]).toEqual([true, 0]);
    await control.script([{ kind: 'reset-after' }]);
    expect([await broken(), await conversions()]).toEqual([true, 1]);
  });

  it('can be slow, and record all the same', async () => {
    await control.script([{ kind: 'slow', ms: 30 }]);
    expect([(await client.convert()).status, await conversions()]).toEqual([200, 1]);
  });

  it('can be a late rejection or a duplicate, seen in the verdict only', async () => {
    await control.script([{ kind: 'late-rejection', reason: 'CONTRACT_NOT_FOUND' }, { kind: 'duplicate' }]);
    const [late, twice] = [await client.convert(), await client.convert({ OrderId: 'O2' })];
    client.wait(1_000);
    expect([late.status, await client.verdict(late)]).toEqual([200, ['Complete', 'CONTRACT_NOT_FOUND']]);
    expect([twice.status, await client.verdict(twice)]).toEqual([200, ['Complete', 'CONV_DUPLICATE']]);
    expect((await control.state()).counts).toMatchObject({ conversions: 0, declined: 1, duplicates: 1 });
  });
});

it('a request that hangs ends when the sandbox stops', async () => {
  const other = await openImpact();
  await controlOf(() => other.sandbox, 'impact').script([{ kind: 'hang' }]);
  const hanging = other.convert().then(
    () => 'answered',
    () => 'broken',
  );
  await expect
    .poll(async () => (await controlOf(() => other.sandbox, 'impact').state()).received.at(-1)?.answer)
    .toEqual({
      dropped: 'never answered',
    });
  await other.sandbox.stop();
  expect(await hanging).toBe('broken');
});

describe('a wrong script', () => {
  it.each([
    ['no answers', {}, 'answers'],
    ['an unknown kind', { answers: [{ kind: 'explode' }] }, 'answers[0].kind'],
    ['a status without its number', { answers: [{ kind: 'status' }] }, 'answers[0].status'],
    ['a status out of range', { answers: [{ kind: 'status', status: 99 }] }, 'answers[0].status'],
    ['a late rejection without a reason', { answers: [{ kind: 'late-rejection' }] }, 'answers[0].reason'],
    ['both times and forMs', { answers: [{ kind: 'reset', times: 1, forMs: 1 }] }, 'answers[0].forMs'],
    ['a misspelt field', { answers: [{ kind: 'reset', tims: 1 }] }, 'answers[0].tims'],
    ['a misspelt top field', { answers: [], apend: true }, 'apend'],
    ['a code, which is another vendor’s', { answers: [{ kind: 'code', resp: 102 }] }, 'answers[0].kind'],
  ])('with %s is refused, naming the place', async (_, script, field) => {
    const response = await control.post('script', script);
    const { errors } = (await response.json()) as { errors: { field: string; message: string }[] };
    expect([response.status, errors[0]?.field]).toEqual([400, field]);
  });

  it('that is not JSON, or not sent as JSON, is refused', async () => {
    expect((await control.post('script', '{')).status).toBe(400);
    const url = `${client.sandbox.url}/sandbox/api/impact/script`;
    expect((await fetch(url, { method: 'POST', body: '{"answers":[]}' })).status).toBe(415);
  });
});

describe('the control API', () => {
  it('refuses unknown settings, wrong types, vendors and verbs, and masks secrets', async () => {
    for (const values of [
      { nope: 1 },
      { strict: 'yes' },
      { verdictDelayMs: -1 },
      { casing: 'title' },
      { unknownClicks: [1] },
      [],
    ]) {
      expect((await control.settings(values)).status).toBe(400);
    }
    await control.settings({ authToken: 'hidden', verdictDelayMs: 5 });
    expect((await control.state()).settings).toMatchObject({ authToken: '***', verdictDelayMs: 5 });
    await control.reset();
    expect((await control.state()).settings).toMatchObject({ authToken: '', verdictDelayMs: 1_000 });
    expect((await fetch(`${client.sandbox.url}/sandbox/api/nobody`)).status).toBe(404);
    expect((await fetch(`${client.sandbox.url}/sandbox/api/impact/script`)).status).toBe(405);
  });

  it('shows what was received, whole but for the credentials, and the newest on request', async () => {
    await client.convert({ OrderId: 'O1' });
    await client.convert({ OrderId: 'O2' });
    const { received, counts } = await control.state();
    expect(received).toHaveLength(2);
    expect(received[0]).toMatchObject({
      ...{
        number: 1,
        method: 'POST',
        path: `/Advertisers/${SID}/Conversions`,
        at: expect.any(Number),
      },
      headers: { authorization: 'Basic ***', 'content-type': 'application/x-www-form-urlencoded' },
      fields: { OrderId: 'O1', ItemSubTotal1: '28.00' },
      answer: { status: 200, body: expect.stringContaining('QUEUED') },
    });
    expect(counts).toMatchObject({ requests: 2, conversions: 2 });
    const newest = await (await fetch(`${client.sandbox.url}/sandbox/api/impact?limit=1`)).json();
    expect(newest).toMatchObject({ recorded: [{ orderId: 'O2' }], received: [{ number: 2 }] });
  });

  it('refuses a body above 5 MB', async () => {
    const body = 'x'.repeat(5 * 1024 * 1024 + 1);
    const refused = await client.call('POST', '/Conversions', body).then(
      ({ status }) => status,
      () => 'closed',
    );
    expect([413, 'closed']).toContain(refused);
  });
});

describe('the pages', () => {
  const html = (path: string) =>
    fetch(client.sandbox.url + path, { headers: { accept: 'text/html' } }).then(async (r) => ({
      status: r.status,
      text: await r.text(),
    }));

  it('show each vendor with what it received, escaped, and refresh only on request', async () => {
    await client.convert({ ItemName1: '<script>alert(1)</script>' });
    for (const path of ['/impact', '/sandbox/impact']) {
      const { status, text } = await html(path);
      expect([
        status,
        text.includes('O1234567'),
        text.includes('<script>'),
        text.includes('http-equiv="refresh"'),
      ]).toEqual([200, true, false, false]);
    }
    expect((await html('/sandbox/impact?refresh=1')).text).toContain('<meta http-equiv="refresh" content="3">');
    expect((await html('/')).text).toContain('<a href="/sandbox/impact">impact.com</a>');
    expect((await html('/elsewhere')).status).toBe(404);
  });

  it('work while nothing has happened, for every vendor', async () => {
    const all = await startSandbox({ clock: () => Date.parse('2026-11-20T12:00:00Z') });
    for (const { name } of all.vendors) expect((await fetch(`${all.url}/sandbox/${name}`)).status).toBe(200);
    await all.stop();
  });
});
