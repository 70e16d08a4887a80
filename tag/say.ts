/** Tells listeners and, while debugging, the console what the tag does and why it doesn't. Holds the boundary that keeps errors out of the page. */

/** What a page can listen to. */
export type Told = 'ready' | 'touch' | 'conversion' | 'skipped' | 'error';
type Listener = (detail?: unknown, reason?: string) => void;

const listeners: [Told, Listener][] = [];
let debugging: unknown;

export const debug = (on: unknown): void => {
  debugging = on;
};

/** `ready` is answered at once: whoever can ask is talking to the loaded tag. */
export const on = (event: Told, listener: Listener): void => {
  if (event == 'ready') listener();
  listeners.push([event, listener]);
};

export const say = (event: Told, reason: unknown, detail?: unknown): void => {
  if (debugging) console.log('clickthread:', event, reason, detail);
  for (const [told, listener] of listeners) if (told == event) guard(listener)(detail, reason as string);
};

/** The same function, whose failure is told to the debugger and never thrown into the page. It then returns undefined. */
export const guard =
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- callers give their own types
  <A extends any[], R>(run: (...given: A) => R) =>
    (...given: A): R | undefined => {
      try {
        return run(...given);
      } catch (error) {
        if (debugging) console.log(error);
      }
    };
