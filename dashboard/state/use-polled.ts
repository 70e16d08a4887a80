/** An answer that is asked again every so often while somebody looks at the page, and while the page says that it still changes. */
import { useEffect } from 'preact/hooks';
import { type Answer, useAnswer } from './use-answer.ts';

/** `again`: milliseconds until it is asked again, judged by what was answered; null for an answer that changes no more. */
export function usePolled<T>(path: string | null, again: (data: T | undefined) => number | null): Answer<T> {
  const answer = useAnswer<T>(path);
  const { data, reload } = answer;
  const wait = path === null ? null : again(data);
  useEffect(() => {
    if (wait === null) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload();
    }, wait);
    return () => clearInterval(timer);
  }, [wait, reload]);
  return answer;
}
