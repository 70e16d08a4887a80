import { describe, expect, it } from 'vitest';
import { readReply } from '../../../../collector/platforms/apifon/reply.ts';

const reply = (
  status: number,
  info?: { status_code: number; description: string },
  headers: Record<string, string> = {},
) =>
  readReply({ status, headers, body: info ? JSON.stringify({ request_id: 'r', results: {}, result_info: info }) : '' });

describe('answers of Apifon', () => {
  it('count by result_info where HTTP says yes, and by HTTP where it says no', () => {
    expect(reply(200)).toEqual({ ok: true });
    expect(reply(200, { status_code: 200, description: 'OK' })).toEqual({ ok: true });
    expect(reply(200, { status_code: 400, description: 'mobile is not an MSISDN' })).toMatchObject({
      fault: { kind: 'rejected' },
    });
    expect(reply(503, { status_code: 200, description: 'OK' })).toMatchObject({ fault: { kind: 'temporary' } });
    expect(reply(404)).toMatchObject({ fault: { kind: 'missing' } });
    expect(reply(401)).toMatchObject({ fault: { kind: 'credentials' } });
    expect(reply(200, { status_code: 403, description: 'Subscriber is blocked' })).toMatchObject({
      fault: { kind: 'blocked' },
    });
  });

  it('name what they made, by Location or Content-Location', () => {
    const base = 'https://ars.apifon.com/services/api/v1/list/12';
    expect(reply(201, undefined, { location: `${base}/subscriber/0a1b/` })).toEqual({ ok: true, key: '0a1b' });
    expect(reply(200, undefined, { 'content-location': base })).toEqual({ ok: true, key: '12' });
    expect(reply(200, undefined, { location: `${base}/a b` })).toEqual({ ok: true });
  });

  it('are repeated without the people that they name', () => {
    const answer = reply(400, { status_code: 400, description: 'zoe@mail.example and 306999999999 are no good' });
    expect(answer).toEqual({ ok: false, fault: { kind: 'rejected', message: '… and … are no good' } });
  });
});
