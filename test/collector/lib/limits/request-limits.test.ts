import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, readLimits } from '../../../../collector/lib/limits/request-limits.ts';

describe('CLICKTHREAD_LIMITS', () => {
  test('what is left out keeps its default', () => {
    expect(readLimits('address=5/10')).toEqual({ ...DEFAULT_LIMITS, address: { perSecond: 5, burst: 10 } });
    expect(readLimits('visitor=0.5/3, order=7')).toEqual({
      ...DEFAULT_LIMITS,
      visitor: { perSecond: 0.5, burst: 3 },
      order: { perSecond: 7 / 3600, burst: 7 },
    });
    expect(readLimits('site=500/5000')).toEqual({ ...DEFAULT_LIMITS, site: { perSecond: 500, burst: 5000 } });
    expect(readLimits('bytes=500m,rows=20k')).toEqual({ ...DEFAULT_LIMITS, bytesPerDay: 5e8, rowsPerDay: 20_000 });
  });

  test('the whole and each part may be off', () => {
    const none = { address: undefined, visitor: undefined, order: undefined, site: undefined };
    expect(readLimits('off')).toEqual({ ...none, bytesPerDay: undefined, rowsPerDay: undefined });
    expect(readLimits('address=off,visitor=off,order=off,site=off')).toEqual({ ...DEFAULT_LIMITS, ...none });
  });

  test.each(
    ['', 'on', 'address', 'address=20', 'address=20/0', 'address=0/20', 'address=-1/5', 'adress=20/200'].concat([
      ...['order=0', 'order=20/3', 'bytes=2x', 'rows=', 'visitor=2/30;order=5', 'order=1=2', 'address=1e3/5'],
    ]),
  )('%j is refused', (text) => {
    expect(readLimits(text)).toBeUndefined();
  });
});
