/** Said over every page: the collector is away and will be asked again, or the session has ended. What was being edited stays. */
import { useEffect, useState } from 'preact/hooks';
import { ask, onStanding, type Standing as State } from '../state/ask.ts';
import { say } from '../state/words.ts';

const AGAIN = 3000;

export function Standing() {
  const [state, setState] = useState<State>('here');
  useEffect(() => onStanding(setState), []);
  useEffect(() => {
    if (state !== 'away') return;
    const timer = setInterval(() => void look(), AGAIN);
    return () => clearInterval(timer);
  }, [state]);
  if (state === 'here') return null;
  return (
    <div class="standing" role="status">
      <p>{say(state === 'away' ? 'standing.away' : 'standing.ended')}</p>
      {state === 'ended' && (
        <button type="button" onClick={() => void look()}>
          {say('standing.again')}
        </button>
      )}
    </div>
  );
}

/** Its answer tells everybody how things stand. */
async function look(): Promise<void> {
  await ask('GET', '/session').catch(() => undefined);
}
