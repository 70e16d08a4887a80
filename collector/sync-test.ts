/** Tests a source's settings stage by stage; the first failure ends it and says what to fix. */
import type { Settings } from './destinations/destination.ts';
import type { Sender } from './send.ts';
import type { Source } from './sources/source.ts';

export interface StageReport {
  name: string;
  title: string;
  ok: boolean;
  message: string;
}

export interface TestReport {
  ok: boolean;
  stages: StageReport[];
}

export async function testSource(source: Source, settings: Settings, send: Sender['send']): Promise<TestReport> {
  const stages: StageReport[] = [];
  for (const stage of source.test) {
    const result = await send(stage.request(settings));
    const verdict = result.ok
      ? stage.verdict(result.response, settings)
      : {
          ok: false,
          message: `The shop cannot be reached: ${result.message}. Check the address and that it is open to this machine.`,
        };
    stages.push({ name: stage.name, title: stage.title, ...verdict });
    if (!verdict.ok) return { ok: false, stages };
  }
  return { ok: true, stages };
}
