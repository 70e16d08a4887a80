/** The assertions that a template's own tests use, as Tag Manager's editor offers them. */

/** Equality by structure: values come out of another realm, where even `[]` has a different prototype. */
export function sameValue(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every(
    (key) =>
      Object.hasOwn(right, key) &&
      sameValue((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key]),
  );
}

const show = (value: unknown): string =>
  typeof value === 'function' ? 'a function' : (JSON.stringify(value) ?? 'undefined');

type Check = (expected?: unknown) => void;

/** `assertThat(actual).isEqualTo(expected)` and its relatives; throws what was expected and what came. */
export function assertThat(actual: unknown, message?: string): Record<string, Check> {
  const check =
    (test: (expected: unknown) => boolean, words: string): Check =>
    (expected) => {
      if (test(expected)) return;
      const wanted = words.includes('%') ? words.replace('%', show(expected)) : words;
      throw new Error(`${message === undefined ? '' : `${message}: `}expected ${wanted}, got ${show(actual)}`);
    };
  const length = (): unknown => (actual as { length?: unknown } | null | undefined)?.length;
  return {
    isEqualTo: check((expected) => sameValue(actual, expected), '%'),
    isStrictlyEqualTo: check((expected) => actual === expected, 'exactly %'),
    isNotEqualTo: check((expected) => !sameValue(actual, expected), 'anything but %'),
    isTrue: check(() => actual === true, 'true'),
    isFalse: check(() => actual === false, 'false'),
    isDefined: check(() => actual !== undefined, 'a value'),
    isUndefined: check(() => actual === undefined, 'undefined'),
    isNull: check(() => actual === null, 'null'),
    isNotNull: check(() => actual !== null, 'anything but null'),
    hasLength: check((expected) => length() === expected, 'the length %'),
    contains: check((expected) => (actual as unknown[]).some((item) => sameValue(item, expected)), 'something with %'),
  };
}

/** `assertApi('injectScript').wasCalled()`, over the recorded calls of that API. */
export function assertApi(
  api: string,
  calls: readonly (readonly unknown[])[],
): Record<string, (...args: unknown[]) => void> {
  const expect = (holds: boolean, words: string): void => {
    if (!holds) throw new Error(`expected ${api} ${words}; it was called ${calls.length} times`);
  };
  const calledWith = (args: unknown[]): boolean => calls.some((call) => sameValue([...call], args));
  return {
    wasCalled: () => expect(calls.length > 0, 'to be called'),
    wasNotCalled: () => expect(calls.length === 0, 'not to be called'),
    wasCalledWith: (...args) => expect(calledWith(args), `to be called with ${show(args)}`),
    wasNotCalledWith: (...args) => expect(!calledWith(args), `not to be called with ${show(args)}`),
  };
}
