/** The calls of the public function. The late part replaces some of them when it is there. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the page gives what it likes
export const calls: Record<string, (first?: any, second?: any) => unknown> = {};
