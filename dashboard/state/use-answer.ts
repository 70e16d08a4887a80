/** An answer of the collector in a page: loading, there, refused; asked again on demand and when the collector is back. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ask, Away, onStanding, Refused } from './ask.ts';

export interface Answer<T> {
  data: T | undefined;
  refused: Refused | undefined;
  /** The first one is under way. */
  loading: boolean;
  reload: () => void;
}

/** `body`: asked by POST, for what must not stand in an address. Null as path asks nothing. */
export function useAnswer<T>(path: string | null, body?: unknown): Answer<T> {
  const [state, setState] = useState<{ data?: T; refused?: Refused; of?: string }>({});
  const [turn, setTurn] = useState(0);
  const key = `${path ?? ''}\n${JSON.stringify(body) ?? ''}`;
  const latest = useRef(key);
  latest.current = key;
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  const missed = useRef(false);

  useEffect(
    () =>
      onStanding((standing) => {
        if (standing !== 'here' || !missed.current) return;
        missed.current = false;
        reload();
      }),
    [reload],
  );
  useEffect(() => {
    if (path === null) return;
    const settle = (next: { data?: T; refused?: Refused }): void => {
      if (latest.current === key) setState({ ...next, of: key });
    };
    ask<T>(body === undefined ? 'GET' : 'POST', path, body).then(
      (data) => settle({ data }),
      (error: unknown) => {
        if (error instanceof Refused && error.status === 401) missed.current = true;
        else if (error instanceof Refused) settle({ refused: error });
        else if (error instanceof Away) missed.current = true;
        else throw error;
      },
    );
  }, [key, turn]);

  const isOwn = state.of === key;
  return {
    // What was there stays while the same place is asked again, and goes when another is asked for.
    data: isOwn || state.of?.split('\n')[0] === path?.split('?')[0] ? state.data : undefined,
    refused: isOwn ? state.refused : undefined,
    loading: path !== null && !isOwn,
    reload,
  };
}
