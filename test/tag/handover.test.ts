/** The hand-over token between linked domains. */
import { describe, expect, it } from 'vitest';
import { readHandover, sealHandover } from '../../tag/handover.ts';

const journey = {
  visitor: '0123456789abcdef',
  touches: [{ param: 'irclickid', value: 'a~b^'.slice(0, 3) + '%7E', at: 1_790_000_000_000 }],
};
const given = { id: '123456789', at: 1_790_000_001_000, browser: 'Firefox en -60' };

describe('a hand-over token', () => {
  it('brings the journey, its id and its time, in characters that every server takes', () => {
    const token = sealHandover(journey, given);
    expect(token).toMatch(/^[\w-]+$/);
    expect(readHandover(token, given.browser)).toEqual({ id: given.id, at: given.at, journey });
  });

  it('is refused in another browser', () => {
    expect(readHandover(sealHandover(journey, given), 'Chrome en -60')).toBeUndefined();
  });

  it('is refused after any change', () => {
    const token = sealHandover(journey, given);
    const text = atob(token.replace(/-/g, '+').replace(/_/g, '/'));
    const forged = btoa(text.replace('irclickid', 'irclickix'))
      .replace(/\+/g, '-')
      .replace(/\//g, '_')
      .replace(/=/g, '');
    expect(readHandover(forged, given.browser)).toBeUndefined();
  });
});
