/** Listens to a method of the page's. */
import { guard } from './say.ts';

/** Calls `after` with what each later call of a method was given, once that is done. A frozen object is left alone. */
export const wrapMethod = guard((object: object, name: string, after: (...given: never[]) => void) => {
  const methods = object as Record<string, (...given: unknown[]) => unknown>;
  const original = methods[name]!;
  methods[name] = function (this: unknown, ...given) {
    const result = original.apply(this, given);
    after(...(given as never[]));
    return result;
  };
});
