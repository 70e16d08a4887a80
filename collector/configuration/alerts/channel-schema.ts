/** An alert channel as the configuration file describes it. */
import { z } from 'zod';
import { ALERT_KINDS } from '../../model/alerts/alert.ts';
import { readQuietHours } from '../../model/alerts/quiet-hours.ts';

export const channelSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'must be letters, digits, - and _, at most 64'),
  type: z.string(),
  enabled: z.boolean().default(true),
  /** All of them, and the machine itself, unless given. */
  sites: z.array(z.string()).min(1, 'must name at least one site, or be left out').optional(),
  about: z.array(z.enum(ALERT_KINDS)).min(1, 'must name at least one kind, or be left out').optional(),
  quiet: z
    .string()
    .refine((text) => readQuietHours(text) !== undefined, 'must be hours such as "22:00-07:00"')
    .optional(),
  settings: z.record(z.string(), z.unknown()).default({}),
});

export type ChannelConfig = z.output<typeof channelSchema>;
