/** How long ids are remembered that guard against a second use: messages of signed webhooks, and the linker's one-time tokens. */
import { days } from '../../lib/duration.ts';

/** Longer than any sender's window for sending again. */
export const MESSAGE_MEMORY = days(1);
