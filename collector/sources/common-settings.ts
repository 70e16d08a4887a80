/** Settings that several shops have alike. */
import type { Setting } from '../kit/setting.ts';

const IGNORED_OR_REPORTED = { options: ['ignore', 'report'], default: 'ignore' } as const satisfies Partial<Setting>;

/** `which`: what makes an order a test there, where its name doesn't say it. */
export const testOrders = (label = 'Test orders', which = '') =>
  ({
    label,
    help: `${which}ignore: told to nobody, and taken back if a page reported them. report: told like any other.`,
    ...IGNORED_OR_REPORTED,
  }) as const;

export const FREE_ORDERS = {
  label: 'Orders without a payment',
  help: 'Free ones and trials. ignore: they are no sale. report: they are orders of 0.00.',
  ...IGNORED_OR_REPORTED,
} as const;

export const renewalsSetting = (
  help = 'ignore: only the first order counts. report: each renewal is an order of its own.',
) => ({ label: 'Renewals of subscriptions', help, ...IGNORED_OR_REPORTED }) as const;

/** `where`: how an entry begins, and where click ids may lie already. */
export const clickFields = (label: string, where: string, example = 'my_awc=awc') =>
  ({
    label,
    help: `${where}: ${example}. What the recipe writes is read without it.`,
    kind: 'map',
  }) as const;
