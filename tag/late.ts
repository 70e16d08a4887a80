/** The late part: what only some pages need. Fetched when a page first needs it. */
export { arrive } from './arrival.ts';
export { attend, journey } from './attend.ts';
export { fire } from './fire.ts';
export { tidy } from './order.ts';
export { watch } from './page-orders.ts';
export { learn, restore, withdraw } from './restore.ts';
export { settle } from './retry.ts';
export { debug, on } from './tell.ts';
