/** The sandbox's raw log stays bounded, in number and in bytes, and its count stays exact. */
import { expect, it } from 'vitest';
import { createRequestLog } from '../../sandbox/request-log.ts';

const exchange = (body: string) => ({
  ...{
    method: 'POST',
    path: '/x',
    search: 'key=hush',
    query: new URLSearchParams('key=hush'),
    at: 0,
    base: 'http://localhost/v',
  },
  headers: { authorization: 'raw-key', 'content-type': 'application/x-www-form-urlencoded' },
  body,
});

it('keeps the newest 10,000 requests', () => {
  const log = createRequestLog();
  for (let n = 1; n <= 10_002; n += 1) log.add(exchange(`n=${n}`));
  const kept = log.list();
  expect([log.total(), kept.length, kept[0]?.number, kept.at(-1)?.fields['n']]).toEqual([10_002, 10_000, 3, '10002']);
  expect(log.list(2).map(({ number }) => number)).toEqual([10_001, 10_002]);
  expect(log.list(0)).toEqual([]);
});

it('keeps at most 64 kB of a body, and 64 MB in all', () => {
  const log = createRequestLog();
  for (let n = 0; n < 1_000; n += 1) log.add(exchange('x'.repeat(100_000)));
  const kept = log.list();
  expect(kept.length).toBeLessThan(520);
  expect(kept.at(-1)?.body).toHaveLength(65_536);
  expect(log.total()).toBe(1_000);
});

it('shows no secret', () => {
  const log = createRequestLog();
  log.add(exchange('token=hush&id=1'), 'reset');
  expect(log.list()).toEqual([
    {
      ...{ number: 1, at: 0, method: 'POST', path: '/x?key=***', body: 'token=***&id=1', scripted: 'reset' },
      headers: { authorization: '***', 'content-type': 'application/x-www-form-urlencoded' },
      fields: { key: '***', token: '***', id: '1' },
    },
  ]);
});
