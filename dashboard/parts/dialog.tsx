/** Asks before something is done, and says what will happen. Escape leaves it; the focus goes back to where it was. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Refused } from '../state/ask.ts';
import { focusMain } from '../state/focus.ts';
import { say } from '../state/words.ts';
import { Problems } from './notice.tsx';

export interface DialogProps {
  title: string;
  /** What the button that does it says. */
  act?: string;
  danger?: boolean;
  /** Holds a table. */
  wide?: boolean;
  /** Does it; a refusal is shown and the dialog stays. */
  onAct?: (form: FormData) => Promise<void>;
  onClose: () => void;
  children?: ComponentChildren;
}

export function Dialog({ title, act, danger = false, wide = false, onAct, onClose, children }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const [refused, setRefused] = useState<Refused>();
  const [busy, setBusy] = useState(false);
  const heading = useId();
  useEffect(() => {
    const before = document.activeElement;
    box.current?.showModal();
    return () => {
      // What was pressed may be gone with what it did.
      if (before instanceof HTMLElement && before.isConnected) before.focus();
      else focusMain();
    };
  }, []);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!onAct || busy) return;
    setBusy(true);
    onAct(new FormData(event.currentTarget as HTMLFormElement)).then(onClose, (error: unknown) => {
      setBusy(false);
      if (error instanceof Refused) setRefused(error);
    });
  };
  return (
    <dialog ref={box} class={wide ? 'wide' : ''} aria-labelledby={heading} onClose={onClose}>
      <form onSubmit={submit}>
        <h2 id={heading}>{title}</h2>
        {children}
        <Problems refused={refused} />
        <div class="buttons">
          <button type="button" onClick={onClose}>
            {act === undefined ? say('close') : say('cancel')}
          </button>
          {act !== undefined && (
            <button type="submit" class={danger ? 'danger' : 'primary'} disabled={busy}>
              {act}
            </button>
          )}
        </div>
      </form>
    </dialog>
  );
}
