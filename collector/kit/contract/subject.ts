/** A definition as the contract looks at it: with its sample settings read, and everything that it would say. */
import type { Fire } from '../../../wire/fire.ts';
import type { HttpRequest, HttpResponse } from '../../model/http.ts';
import type { Report, ReportKind, VendorFacts } from '../../model/report.ts';
import { type Destination, partsOf } from '../destination.ts';
import type { Settings } from '../setting.ts';
import { secretsOf, validateSettings } from '../validate-settings.ts';
import { KINDS, PLACED_AT, DAY, sampleReport } from './sample-report.ts';

/** What a definition's author gives to the contract. */
export interface DestinationSamples {
  /** Settings as they would stand in the configuration file, every required one among them. Secrets of at least eight characters. */
  settings: Record<string, unknown>;
  /** An answer of the vendor that calls for the `remedy`, where the definition has one. */
  remedied?: HttpResponse;
  /** A reference as `outcome` gives it, where the definition has `confirm`. */
  reference?: string;
  /** What `prepare` has looked up when it needs nothing more, where the definition has it. */
  facts?: VendorFacts;
  /** What its requests name the order by; the order id unless given. CartStack knows only the e-mail address. */
  namedBy?: 'order id' | 'e-mail';
  /** The vendor's own documents want an amount of nothing left out. Elsewhere zero is data. */
  leavesZeroOut?: true;
}

export interface ContractSubject {
  definition: Destination;
  samples: DestinationSamples;
  /** What was made of the sample settings. */
  read: ReturnType<typeof validateSettings>;
  settings: Settings;
  secrets: readonly string[];
  /** What was looked up, to be spread into a report. */
  facts: Pick<Report, 'facts'>;
  byEmail: boolean;
  /** Every request and firing that is made of a report, its facts known. */
  said(report: Report, given?: Settings): (HttpRequest | Fire)[];
  /** Every request there may be: reports, questions, tests. */
  requests(report: Report, given: Settings): HttpRequest[];
}

export function createSubject(definition: Destination, samples: DestinationSamples): ContractSubject {
  const read = validateSettings(definition, samples.settings);
  const { settings } = read;
  const facts = samples.facts ? { facts: samples.facts } : {};
  return {
    ...{ definition, samples, read, settings, facts },
    secrets: secretsOf(definition, settings),
    byEmail: samples.namedBy === 'e-mail',
    said: (report, given = settings) => everythingSaid(definition, { ...report, ...facts }, given),
    requests: (report, given) =>
      everyRequest(definition, { report: { ...report, ...facts }, settings: given, samples }),
  };
}

export const requestsOf = (definition: Destination, report: Report, settings: Settings): HttpRequest[] =>
  partsOf(definition, report, settings).flatMap((part) => definition[report.kind]?.(part, settings) ?? []);

/** Every request and firing that the connection makes of a report. */
export function everythingSaid(
  definition: Destination,
  report: Report,
  settings: Settings,
  kinds: readonly ReportKind[] = KINDS,
): (HttpRequest | Fire)[] {
  const requests = kinds.flatMap((kind) => requestsOf(definition, { ...report, kind }, settings));
  return definition.fire ? [...requests, definition.fire(report, settings)] : requests;
}

function everyRequest(
  definition: Destination,
  { report, settings, samples }: { report: Report; settings: Settings; samples: DestinationSamples },
): HttpRequest[] {
  const asked = [
    samples.reference === undefined ? undefined : definition.confirm?.request(samples.reference, settings, report),
    definition.test?.request(settings),
    definition.ownReport?.request({ from: PLACED_AT, until: PLACED_AT + DAY, page: '2' }, settings),
    samples.remedied && definition.remedy?.(samples.remedied, report, settings)?.request,
    ...KINDS.map((kind) => definition.prepare?.request({ ...sampleReport(), kind }, settings)),
  ];
  const reports = KINDS.flatMap((kind) => requestsOf(definition, { ...report, kind }, settings));
  return [...reports, ...asked.filter((request) => request !== undefined)];
}
