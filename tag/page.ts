/** The page's globals, which may be anything. */

/** What a page gives: any keys, any types. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Loose = Record<string, any>;

export const page = globalThis as Loose;
