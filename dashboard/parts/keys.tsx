/** Keys: `/` searches, `?` lists them, `g` and a letter go to a page. None while something is typed. */
import { useEffect, useState } from 'preact/hooks';
import { addressOf } from '../state/route.ts';
import { say, type Word } from '../state/words.ts';
import { Dialog } from './dialog.tsx';

const PLACES: Record<string, readonly [page: string, title: Word]> = {
  t: ['todo', 'todo.title'],
  v: ['overview', 'overview.title'],
  o: ['orders', 'orders.title'],
  l: ['live', 'live.title'],
  d: ['deliveries', 'deliveries.title'],
  c: ['connections', 'connections.title'],
  p: ['people', 'people.title'],
};

export function Keys() {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    let goes = false;
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      // A dialog is answered first: what stands behind it can't be reached.
      if (document.querySelector('dialog[open]')) return;
      if (goes && PLACES[event.key]) location.hash = addressOf([PLACES[event.key]![0]]);
      goes = event.key === 'g';
      if (event.key === '?') setShown(true);
      if (event.key !== '/') return;
      event.preventDefault();
      search();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  if (!shown) return null;
  return (
    <Dialog title={say('keys.title')} onClose={() => setShown(false)}>
      <dl class="keys">
        <dt>
          <kbd>/</kbd>
        </dt>
        <dd>{say('keys.search')}</dd>
        <dt>
          <kbd>?</kbd>
        </dt>
        <dd>{say('keys.list')}</dd>
        {Object.entries(PLACES).map(([key, [, title]]) => [
          <dt key={key}>
            <kbd>g</kbd> <kbd>{key}</kbd>
          </dt>,
          <dd key={`${key}-what`}>{say(title)}</dd>,
        ])}
        <dt>
          <kbd>Esc</kbd>
        </dt>
        <dd>{say('keys.close')}</dd>
      </dl>
    </Dialog>
  );
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));

/** The search of this page, or that of orders. */
function search(): void {
  if (!focusSearch()) location.hash = addressOf(['orders']);
  awaitSearch(FRAMES);
}

/** In which a page appears, on a busy machine, too. */
const FRAMES = 60;

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('input[type="search"]');
  field?.focus();
  return field !== null;
}

function awaitSearch(frames: number): void {
  if (frames > 0 && !focusSearch()) requestAnimationFrame(() => awaitSearch(frames - 1));
}
