/** What the late part uses of the tag: whatever holds the tag's state. In the split build it is looked up on `clickthread._`. */
export { post } from './beacon.ts';
export { calls } from './calls.ts';
export { vote, votes } from './consent.ts';
export { read, root, write } from './cookie.ts';
export { watchLayer } from './layer.ts';
export { keepJob } from './queue.ts';
export { guard, say } from './say.ts';
export { site } from './settings.ts';
export { load, save } from './store.ts';
