/** The hand-over token between linked domains, as the static file makes it. */
import { describe, expect, it, vi } from 'vitest';

import { openHandover } from '../../wire/handover.ts';

const journey = '1^0123456789abcdef^irclickid^a~b%7E^mu9w1s00';

/** The module as a browser of that name has it; it is bound to browser and time where no collector knows its tokens. */
async function inBrowser(name: string, served = false) {
  vi.resetModules();
  vi.stubGlobal('navigator', { userAgent: name, language: 'en' });
  vi.stubGlobal('__CT_SERVED__', served);
  return import('../../tag/late/handover.ts');
}
const forge = (token: string, change: (text: string) => string): string =>
  btoa(change(atob(token.replace(/-/g, '+').replace(/_/g, '/'))))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=/g, '');

describe('a hand-over token', () => {
  it('brings the touches and its time, in characters that every server takes, and names no visitor', async () => {
    const { makeHandover, readHandover } = await inBrowser('Firefox');
    const token = makeHandover(journey);
    expect(token).toMatch(/^[\w-]+$/);
    expect(atob(token.replace(/-/g, '+').replace(/_/g, '/'))).not.toContain('0123456789abcdef');
    const { at, journey: brought } = readHandover(token)!;
    expect(Math.abs(Date.now() - at)).toBeLessThan(60_000);
    expect(brought).toBe('1^00000000^irclickid^a~b%7E^mu9w1s00');
  });

  it('is refused in another browser, where no collector says better', async () => {
    const token = (await inBrowser('Firefox')).makeHandover(journey);
    expect((await inBrowser('Chrome')).readHandover(token)).toBeUndefined();
    const counted = (await inBrowser('Firefox', true)).makeHandover(journey);
    expect(openHandover(counted)).toBeDefined();
  });

  it('is refused after any change', async () => {
    const { makeHandover, readHandover } = await inBrowser('Firefox');
    expect(
      readHandover(forge(makeHandover(journey), (text) => text.replace('irclickid', 'irclickix'))),
    ).toBeUndefined();
  });

  it('is refused as older tags made it, with a visitor in it', async () => {
    expect(() => openHandover(btoa(`1abc^mu9w1s^12345^${journey}`))).toThrow();
  });
});
