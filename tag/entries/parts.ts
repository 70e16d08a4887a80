/** All parts in one, for the files that bring everything along. */
export * from '../late/index.ts';
export * from './link.ts';
export * from './page.ts';
export * from './signals.ts';
