/** The part of the doctor that says which orders consent stops: how many wait for an answer, and how many a no has ended. Pure. */
import type { Finding } from './finding.ts';
import type { Site } from '../../configuration/sites.ts';
import { countOf } from '../../lib/text/count.ts';
import type { OrderCount } from '../../store/store.ts';

/** What ended them, in words. */
const ENDED: Readonly<Record<string, string>> = {
  denied: 'the visitor said no',
  gpc: 'Global Privacy Control without a yes',
  withdrawn: 'consent was withdrawn',
  erased: 'the person was erased',
};

export function consentFindings(given: {
  sites: readonly Pick<Site, 'config'>[];
  counts: readonly OrderCount[];
}): Finding[] {
  return given.sites.flatMap(({ config }) => {
    const own = given.counts.filter(({ site, what }) => site === config.id && what === 'consent');
    const waiting = own.find(({ name }) => name === 'waiting')?.count ?? 0;
    const ended = own.filter(({ name }) => name in ENDED);
    const area = `site ${config.id}`;
    return [
      ...(waiting > 0 ? [waitingFinding(area, waiting)] : []),
      ...(ended.length > 0 ? [endedFinding(area, ended)] : []),
    ];
  });
}

function waitingFinding(area: string, waiting: number): Finding {
  return {
    ...{ area, level: 'warn' },
    message: `${countOf(waiting, 'order')} ${waiting === 1 ? 'waits' : 'wait'} for an answer about consent: no answer is no yes`,
    fix: "Tell the tag what visitors answer (clickthread('consent', …)), state consent in the shop's reports and pixels, or set shopConsent: granted where the shop asks in another way.",
  };
}

function endedFinding(area: string, ended: readonly OrderCount[]): Finding {
  const total = ended.reduce((sum, { count }) => sum + count, 0);
  const each = ended.map(({ name, count }) => `${count}: ${ENDED[name]}`).join('; ');
  return { area, level: 'ok', message: `${countOf(total, 'order')} told to nobody for want of consent (${each})` };
}
