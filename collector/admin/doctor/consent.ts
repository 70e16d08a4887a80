/** The part of the doctor that says which orders consent stops: how many wait for an answer, and how many a no has ended. Pure. */
import { describeFinding, type Finding, type Said } from './finding.ts';
import type { Site } from '../../configuration/sites.ts';
import type { OrderCount } from '../../store/store.ts';

/** What ended them. */
const ENDED = ['denied', 'gpc', 'withdrawn', 'erased'] as const;

export function consentFindings(given: {
  sites: readonly Pick<Site, 'config'>[];
  counts: readonly OrderCount[];
}): Finding[] {
  return given.sites.flatMap(({ config }) => {
    const own = given.counts.filter(({ site, what }) => site === config.id && what === 'consent');
    const countOf = (what: string): number => own.find(({ name }) => name === what)?.count ?? 0;
    const waiting = countOf('waiting');
    const ended = ENDED.flatMap((name): Said[] =>
      countOf(name) === 0 ? [] : [[`consent.ended.${name}`, { count: countOf(name) }]],
    );
    const total = ENDED.reduce((sum, name) => sum + countOf(name), 0);
    const area = `site ${config.id}`;
    return [
      ...(waiting > 0
        ? [
            describeFinding({
              ...{ area, level: 'warn', mend: 'consent.waiting' },
              said: ['consent.waiting', { count: waiting }],
            }),
          ]
        : []),
      ...(total > 0
        ? [describeFinding({ area, level: 'ok', said: [['consent.ended', { count: total }], ...ended] })]
        : []),
    ];
  });
}
