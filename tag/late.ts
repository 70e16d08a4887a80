/** The late part: what only visitors of partners, buyers and consent platforms need. Fetched when a page first needs it. */
export { attend, tellJourney } from './attend.ts';
export { fire, sendImage } from './fire.ts';
export { tidy } from './order.ts';
export { watch } from './page-orders.ts';
export { withdraw } from './restore.ts';
export { land } from './touches.ts';
