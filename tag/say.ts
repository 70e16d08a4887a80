/** Tells listeners and, while debugging, the console what the tag does and why it doesn't. Holds the boundary that keeps errors out of the page. */

export type Told = 'touch' | 'conversion' | 'skipped' | 'error';
type Listener = (detail: unknown, reason: string) => void;

const listeners: [Told, Listener][] = [];
let debugging: unknown;

export const debug = (on: unknown): void => {
  debugging = on;
};

/** `ready` is answered at once: whoever can ask is talking to the loaded tag. */
export const on = (event: Told | 'ready', listener: Listener): void => {
  if (event == 'ready') listener(undefined, 'loaded');
  else listeners.push([event, listener]);
};

export function say(event: Told, reason: string, detail?: unknown): void {
  if (debugging) console.log('clickthread:', event, reason, detail);
  for (const [told, listener] of listeners) if (told == event) guard(() => listener(detail, reason))();
}

/** The same function, whose failure is told and never thrown into the page. */
export const guard =
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- callers give their own types
  <A extends any[]>(run: (...given: A) => unknown) =>
    (...given: A): void => {
      try {
        run(...given);
      } catch (error) {
        // A listener that fails must not be told of its own failure for ever.
        if (debugging) console.log('clickthread:', error);
      }
    };
