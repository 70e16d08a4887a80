/**
 * What every destination must be, as checks that any test runner can run: the author of a definition hands it over with samples.
 *
 *     for (const { title, check } of destinationContract(definition, { settings: { account: 'A1', key: 'k-secret' } })) test(title, check)
 */
import { CHECKS } from './contract/checks.ts';
import { createSubject, type DestinationSamples } from './contract/subject.ts';
import type { Destination } from './destination.ts';

export type { DestinationSamples } from './contract/subject.ts';
export { HOSTILE_VALUES, sampleReport } from './contract/sample-report.ts';

export interface ContractCheck {
  title: string;
  /** Throws an `AssertionError` that says what to mend. */
  check: () => void;
}

/** The checks for one destination. */
export function destinationContract(definition: Destination, samples: DestinationSamples): ContractCheck[] {
  const subject = createSubject(definition, samples);
  return CHECKS.map(({ title, check }) => ({ title, check: () => check(subject) }));
}
