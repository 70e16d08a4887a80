/** The late part: what only some pages need. Fetched when a page first needs it. */
export { arrive } from './arrival.ts';
export { attend, journey } from './attend.ts';
export { fire } from './fire.ts';
export { land } from './land.ts';
export { learn, restore } from './restore.ts';
export { settle } from './retry.ts';
export { debug, on } from './tell.ts';
