/** What the tag did and why it didn't, for the late part to tell. Holds the boundary that keeps errors out of the page. */
import type { Said } from './parts.ts';
import { said } from './state.ts';

export const tellPage = (...told: Said): void => void said.splice(0, said.push(told) - 99);

/** The same function, whose failure is told to the debugger and never thrown into the page. It then returns undefined. */
export const guard =
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- callers give their own types
  <A extends any[], R>(run: (...given: A) => R) =>
    (...given: A): R | undefined => {
      try {
        return run(...given);
      } catch (error) {
        tellPage(0, error);
      }
    };
