/** Two people edited the same thing: the second is told so, keeps what they typed, can look at what stands now, and may still have theirs. */
import type { Refused } from '../state/ask.ts';
import { say } from '../state/words.ts';
import { Problems } from './notice.tsx';

const isConflict = ({ status, problems }: Refused): boolean =>
  status === 409 && problems.some(({ field }) => field === 'seen');

export function Conflict({ refused, onMine }: { refused: Refused | undefined; onMine: () => void }) {
  if (!refused || !isConflict(refused)) return <Problems refused={refused} />;
  return (
    <div class="problems" role="alert">
      <p>{say('conflict.title')}</p>
      <p>{say('conflict.how')}</p>
      <p class="buttons">
        <a href={location.href} target="_blank" rel="noreferrer" class="button">
          {say('conflict.theirs')}
        </a>
        <button type="button" onClick={onMine}>
          {say('conflict.mine')}
        </button>
      </p>
    </div>
  );
}
