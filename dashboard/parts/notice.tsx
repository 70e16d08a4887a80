/** What a page says instead of its contents: that they are coming, that there are none yet, or why they can't be shown. */
import type { ComponentChildren } from 'preact';
import type { Answer } from '../state/use-answer.ts';
import type { Refused } from '../state/ask.ts';
import { say } from '../state/words.ts';
import { Said } from './said.tsx';
import { Told } from './reasons/told.tsx';

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

export function Problems({ refused }: { refused: Refused | undefined }) {
  if (!refused) return null;
  return (
    <div class="problems" role="alert">
      <p>{say('refused.title')}</p>
      <ul>
        {refused.problems.map(({ field, message }) => (
          <li key={field + message}>
            <strong>
              <Said text={field} />
            </strong>{' '}
            <Told text={message} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The contents once they are there. */
export function Loaded<T>({ answer, children }: { answer: Answer<T>; children: (data: T) => ComponentChildren }) {
  if (answer.refused) return <Problems refused={answer.refused} />;
  if (answer.data === undefined) return <p class="loading">{say('loading')}</p>;
  return <div class={answer.loading ? 'refreshing' : ''}>{children(answer.data)}</div>;
}
