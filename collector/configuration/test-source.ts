/** Tests a source's settings stage by stage; the first failure ends it and says what to fix. */
import type { Settings } from '../kit/setting.ts';
import type { Source, TestStage } from '../kit/source.ts';
import type { Clock } from '../lib/clock.ts';
import type { Sender } from '../outbound/send.ts';
import { type TokenSend, carryToken } from '../outbound/carry-token.ts';

export interface StageReport {
  name: string;
  title: string;
  ok: boolean;
  message: string;
  /** Nothing was asked: the message says why, and is no proof of anything. */
  note?: true;
}

export interface TestReport {
  ok: boolean;
  stages: StageReport[];
}

export async function testSource(
  source: Source,
  settings: Settings,
  deps: { send: Sender['send']; clock: Clock },
): Promise<TestReport> {
  const stages: StageReport[] = [];
  const ask = carryToken(source.token, settings, deps);
  for (const stage of source.test) {
    const question = stage.request(settings);
    if (typeof question === 'string') {
      stages.push({ name: stage.name, title: stage.title, ok: true, message: question, note: true });
      continue;
    }
    const verdict = verdictOf(await ask(question), stage, settings);
    stages.push({ name: stage.name, title: stage.title, ...verdict });
    if (!verdict.ok) return { ok: false, stages };
  }
  return { ok: true, stages };
}

function verdictOf(
  result: Awaited<ReturnType<TokenSend>>,
  stage: TestStage,
  settings: Settings,
): ReturnType<TestStage['verdict']> {
  if ('fault' in result) return { ok: false, message: result.fault.message };
  if (result.ok) return stage.verdict(result.response, settings);
  return {
    ok: false,
    message: `The shop cannot be reached: ${result.message}. Check the address and that it is open to this machine.`,
  };
}
