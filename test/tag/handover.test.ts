/** The hand-over token between linked domains. */
import { describe, expect, it } from 'vitest';
import { handoverText, readHandover, sealHandover } from '../../tag/handover.ts';
import { encodeJourney } from '../../tag/journey.ts';

const journey = encodeJourney({
  visitor: '0123456789abcdef',
  touches: [{ param: 'irclickid', value: 'a~b%7E', at: 1_790_000_000_000 }],
});
const given = { id: '123456789', at: 1_790_000_001_000, browser: 'Firefox en -60' };

const seal = () => sealHandover(handoverText(given.id, given.at, journey), given.browser);

describe('a hand-over token', () => {
  it('brings the journey, its id and its time, in characters that every server takes', () => {
    const token = seal();
    expect(token).toMatch(/^[\w-]+$/);
    expect(readHandover(token, given.browser)).toEqual({ id: given.id, at: given.at, journey });
  });

  it('is refused in another browser', () => {
    expect(readHandover(seal(), 'Chrome en -60')).toBeUndefined();
  });

  it('is refused after any change', () => {
    const token = seal();
    const text = atob(token.replace(/-/g, '+').replace(/_/g, '/'));
    const forged = btoa(text.replace('irclickid', 'irclickix'))
      .replace(/\+/g, '-')
      .replace(/\//g, '_')
      .replace(/=/g, '');
    expect(readHandover(forged, given.browser)).toBeUndefined();
  });
});
