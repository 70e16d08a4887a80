import { expect, test } from 'vitest';
import { consentFindings } from '../../../collector/admin/doctor/consent.ts';
import { siteSchema } from '../../../collector/configuration/site-schema.ts';
import type { OrderCount } from '../../../collector/store/store.ts';

const sites = ['shop', 'other'].map((id) => ({ config: siteSchema.parse({ id, domains: ['shop.example'] }) }));
const count = (name: string, number: number, what: OrderCount['what'] = 'consent'): OrderCount => ({
  ...{ site: 'shop', what, name, count: number },
});

test('orders that wait for consent are a warning with what to do; those that a no ended are told apart', () => {
  const counts = [count('waiting', 2), count('gpc', 3), count('withdrawn', 1), count('hold', 9, 'contested')];
  expect(consentFindings({ sites, counts })).toMatchObject([
    {
      ...{ area: 'site shop', level: 'warn' },
      message: '2 orders wait for an answer about consent: no answer is no yes',
      fix: expect.stringContaining('shopConsent'),
    },
    {
      ...{ area: 'site shop', level: 'ok' },
      message:
        '4 orders told to nobody for want of consent; 3: Global Privacy Control without a yes; 1: consent was withdrawn',
    },
  ]);
  expect(consentFindings({ sites, counts: [] })).toEqual([]);
});
