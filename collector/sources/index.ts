/** The registry of sources. */
import type { Source } from './source.ts';
import csCart from './cs-cart.ts';

export const sources: readonly Source[] = [csCart];

/** The source of that name, as `type` of a connection names it. */
export const findSource = (name: string): Source | undefined => sources.find((source) => source.name === name);
