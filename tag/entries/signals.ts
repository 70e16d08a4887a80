/** Entry of the part that the pages of `consent: auto` fetch: who has answered, and what. */
export { watchSignals as signals } from '../late/signals.ts';
