/** Tests a list platform's settings: credentials first, then a call that changes nothing. One try each, so that a person need not wait. */
import type { ListPlatform } from '../kit/platform.ts';
import type { Settings } from '../kit/setting.ts';
import type { Clock } from '../lib/clock.ts';
import type { Sender } from '../outbound/send.ts';
import type { StageReport, TestReport } from './test-source.ts';

export async function testListPlatform(
  platform: ListPlatform,
  settings: Settings,
  { send, clock }: { send: Sender['send']; clock: Clock },
): Promise<TestReport> {
  const stages: StageReport[] = [];
  const say = (name: string, ok: boolean, message: string): boolean => {
    const title = name === 'credentials' ? `${platform.title} accepts the credentials` : `${platform.title} answers`;
    stages.push({ name, title, ok, message });
    return ok;
  };
  const request = platform.token(settings);
  let token: string | undefined;
  if (request) {
    const result = await send(request);
    if (!result.ok) return { ok: say('credentials', false, `It cannot be reached: ${result.message}.`), stages };
    const read = platform.readToken(result.response);
    if ('kind' in read) return { ok: say('credentials', false, read.message), stages };
    say('credentials', true, 'An access token was given.');
    token = read.token;
  }
  const result = await send(platform.authorize(platform.probe(settings), settings, { token, now: clock() }));
  if (!result.ok) return { ok: say('answer', false, `It cannot be reached: ${result.message}.`), stages };
  const reading = platform.read(result.response);
  return { ok: say('answer', reading.ok, reading.ok ? platform.limits : reading.fault.message), stages };
}
