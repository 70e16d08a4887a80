/** A connection's test, stage by stage. It speaks to the vendor: on demand, or at once where somebody has just set it up. */
import { useEffect, useState } from 'preact/hooks';
import type { TestShown } from '../../../wire/admin/connections.ts';
import { Chip } from '../../parts/chip.tsx';
import { Problems } from '../../parts/notice.tsx';
import { Said } from '../../parts/said.tsx';
import { ask, Refused } from '../../state/ask.ts';
import { say } from '../../state/words.ts';

export function ConnectionTest({ site, id, atOnce = false }: { site: string; id: string; atOnce?: boolean }) {
  const [result, setResult] = useState<TestShown | 'running'>();
  const [refused, setRefused] = useState<Refused>();
  const run = (): void => {
    setResult('running');
    setRefused(undefined);
    const path = `/sites/${encodeURIComponent(site)}/connections/${encodeURIComponent(id)}/test`;
    ask<TestShown>('POST', path).then(setResult, (error: unknown) => {
      setResult(undefined);
      if (!(error instanceof Refused)) return;
      const { stages } = (error.body ?? {}) as Partial<TestShown>;
      if (stages) setResult({ ok: false, stages });
      else setRefused(error);
    });
  };
  useEffect(() => {
    if (atOnce) run();
  }, []);
  return (
    <>
      <button type="button" onClick={run} disabled={result === 'running'}>
        {say(result === 'running' ? 'connections.testing' : 'connections.runTest')}
      </button>
      <Problems refused={refused} />
      <div role="status">
        {result !== undefined && result !== 'running' && (
          <>
            <ol class="stages">
              {result.stages.map(({ name, title, ok, note, message }) => (
                <li key={name}>
                  <Chip state={levelOf(ok, note)} group="found" />{' '}
                  <strong>
                    <Said text={title} />
                  </strong>{' '}
                  <Said text={message} />
                </li>
              ))}
            </ol>
            {result.advice != null && (
              <p class="help">
                <Said text={result.advice} />
              </p>
            )}
          </>
        )}
      </div>
    </>
  );
}

/** Where nothing was asked, the message is no proof of anything. */
function levelOf(ok: boolean, note = false): 'ok' | 'warn' | 'fail' {
  if (!ok) return 'fail';
  return note ? 'warn' : 'ok';
}
