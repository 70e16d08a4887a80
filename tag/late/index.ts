/** The late part: what only some pages need. Fetched when a page first needs it, and asked by the names of `parts.ts`. */
export { takeArrival as arrive } from './arrival.ts';
export { watchFields as attend, tellJourney as journey } from './attend.ts';
export { fireTasks as fire } from './fire.ts';
export { readRareLanding as land } from './land.ts';
export { takeJourney as learn, restoreJourney as restore } from './restore.ts';
export { finishOrder as settle } from './retry.ts';
export { tellConsole as debug, listenFor as on } from './tell.ts';
