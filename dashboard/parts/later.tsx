/** Parts that the first look does without: their code comes once that has been painted, or at once where somebody asks for one of them. */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { say } from '../state/words.ts';

const known: (() => Promise<unknown>)[] = [];

/** `fetchPart` imports it. What it shows meanwhile is the word that it loads. */
export function later<Props extends object>(fetchPart: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let part: ComponentType<Props> | undefined;
  const bring = async (): Promise<void> => {
    part ??= await fetchPart();
  };
  known.push(bring);
  return function Later(props: Props) {
    const [state, setState] = useState<'coming' | 'here' | 'missing'>(part ? 'here' : 'coming');
    useEffect(() => {
      bring().then(
        () => setState('here'),
        () => setState('missing'),
      );
    }, []);
    const Part = part;
    if (Part) return <Part {...props} />;
    return state === 'missing' ? <Missing /> : <p class="loading">{say('loading')}</p>;
  };
}

/** Fetches all of them when the browser has nothing else to do, so that the pages after the first ask for nothing but data. */
export function fetchTheRest(): void {
  const fetchAll = (): void => {
    // Whoever opens one that did not come is told so.
    for (const bring of known) bring().catch(() => undefined);
  };
  // Safari has no requestIdleCallback. https://caniuse.com/requestidlecallback
  if (typeof requestIdleCallback === 'function') requestIdleCallback(fetchAll);
  else setTimeout(fetchAll, 200);
}

/** An updated collector no longer serves the files of the one before. */
function Missing() {
  return (
    <div class="problems" role="alert">
      <p>{say('later.missing')}</p>
      <button type="button" onClick={() => location.reload()}>
        {say('later.again')}
      </button>
    </div>
  );
}
