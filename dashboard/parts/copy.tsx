/** Copies a text, and says that it did. */
import { useState } from 'preact/hooks';
import { say } from '../state/words.ts';

export function Copy({ text, label }: { text: string; label?: string }) {
  const [done, setDone] = useState(false);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => {
        setDone(true);
        setTimeout(() => setDone(false), 2000);
      },
      () => setDone(false), // not allowed here: the text can be marked by hand
    );
  };
  return (
    <button type="button" class="small" onClick={copy} aria-live="polite">
      {done ? say('copied') : (label ?? say('copy'))}
    </button>
  );
}
