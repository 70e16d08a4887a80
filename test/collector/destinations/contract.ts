/** The contract suite of destinations: the published checks, and what only this house can look at. Called by each destination's own test. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DestinationSamples, destinationContract, sampleReport } from '../../../collector/kit/contract.ts';
import { type Destination, partsOf, repeatsAs } from '../../../collector/kit/destination.ts';
import { secretsOf, validateSettings } from '../../../collector/kit/validate-settings.ts';
import type { HttpRequest } from '../../../collector/model/http.ts';
import { personalValues, redactExchange } from '../../../collector/outbound/redact.ts';
import { byStatus, classifyAnswer } from '../../../collector/relay/outcome.ts';
import { answer, customer } from './seed-report.ts';

/** Runs the contract for one destination. */
export function testContract(definition: Destination, samples: DestinationSamples): void {
  const { settings } = validateSettings(definition, samples.settings);
  const secrets = secretsOf(definition, settings);
  const report = sampleReport({ personal: customer, custom: { note: 'x' } });

  describe(`${definition.name} keeps the contract: it`, () => {
    for (const { title, check } of destinationContract(definition, samples)) test(title, check);

    test('says of a sale that another partner won it, or is not told of it', () => {
      if (definition.transport !== 'server' || definition.audience !== 'attributed') return;
      const { informs = true } = definition;
      const lost = definition.conversion!({ ...report, credited: false, channel: 'another' }, settings);
      const won = definition.conversion!(report, settings);
      const says = JSON.stringify(lost) !== JSON.stringify(won);
      expect(typeof informs === 'function' ? informs(settings) : informs).toBe(says);
    });

    test('leaves no secret and nothing personal in what is stored of an exchange', () => {
      const echo = `${secrets.join(' ')} ${customer.email.toLowerCase()} ${encodeURIComponent(customer.email)} ${customer.phone}`;
      const all = requests();
      const shown: string[] = [];
      for (const request of all) {
        const response = answer(200, echo, { 'x-echo': echo });
        const personal = personalValues(report.order);
        const stored = JSON.stringify(redactExchange({ request, response, secrets, personal }));
        for (const value of [...secrets, ...Object.values(customer)]) {
          for (const spelling of [value, encodeURIComponent(value), Buffer.from(value).toString('base64')])
            expect(stored).not.toContain(spelling);
        }
        shown.push(stored);
      }
      // Not every request needs a secret (a checksum is none), but what is secret stands in some.
      if (secrets.length > 0 && all.length > 0) expect(shown.join('\n')).toContain('[secret]');
    });

    test('gives reasons without secrets and personal data', () => {
      if (definition.transport !== 'server') return;
      const echoed = [...secrets, ...Object.values(customer)].join(' ');
      for (const status of [200, 400, 404]) {
        const errors = [{ field: 'x', message: echoed }];
        const body = { resp: 102, err_txt: echoed, errors, Message: echoed, ErrorReason: echoed };
        const { reason } = classifyAnswer({ definition, settings, report, response: answer(status, body) });
        for (const value of [...secrets, ...Object.values(customer)])
          expect(` ${reason.toLowerCase().replace(/[^\p{L}\d]+/gu, ' ')} `).not.toContain(` ${plain(value)} `);
      }
    });

    test('follows the default rules where its vendor says nothing else', () => {
      if (definition.transport !== 'server') return;
      for (const status of [408, 425, 429, 500, 502, 503, 504]) {
        // A server's fault leaves open whether it was counted.
        const inDoubt = status >= 500 && status !== 503 && repeatsAs(definition, 'conversion') === 'delta';
        const { state } = classifyAnswer({ definition, settings, report, response: answer(status) });
        expect(state).toBe(inDoubt ? 'held' : 'retry');
      }
      for (const status of [401, 403, 301, 307]) expect(byStatus(answer(status), definition).state).toBe('held');
      for (const kind of ['timeout', 'network', 'tls'] as const) {
        const failure = { ok: false, kind, sent: false, message: 'broke' } as const;
        expect(classifyAnswer({ definition, settings, report, failure })).toEqual({ state: 'retry', reason: 'broke' });
      }
      const refused = { ok: false, kind: 'refused', sent: false, message: '10.0.0.1 is not a public address' } as const;
      expect(classifyAnswer({ definition, settings, report, failure: refused }).state).toBe('held');
    });

    test('classifies any answer without failing', () => {
      if (definition.transport !== 'server') return;
      const odd = ['null', '[]', '{"errors":[null,1]}', '{"resp":{}}', '\uFEFF{}'];
      const body = fc.oneof(fc.string(), fc.json(), fc.constantFrom(...odd));
      fc.assert(
        fc.property(fc.integer({ min: 100, max: 599 }), body, (status, text) => {
          const response = answer(status, text);
          const outcome = classifyAnswer({ definition, settings, report, response });
          expect(['delivered', 'unverified', 'retry', 'rejected', 'held', 'no_match']).toContain(outcome.state);
          definition.remedy?.(response, report, settings);
          definition.test?.verdict(response, settings);
          definition.confirm?.verdict(response, report);
          definition.prepare?.read(response, report, settings);
        }),
        { numRuns: 200, seed: 20261122 },
      );
    });
  });

  /** Words alone: a name is no part of another word. */
  const plain = (value: string): string =>
    value
      .toLowerCase()
      .replace(/[^\p{L}\d]+/gu, ' ')
      .trim();

  function requests(): HttpRequest[] {
    const kinds = ['conversion', 'modification', 'reversal'] as const;
    const { reference, remedied, facts } = samples;
    const known = facts ? { ...report, facts } : report;
    const reports = kinds.flatMap((kind) =>
      partsOf(definition, { ...known, kind }, settings).flatMap((part) => definition[kind]?.(part, settings) ?? []),
    );
    const asked = [
      ...kinds.map((kind) => definition.prepare?.request({ ...report, kind }, settings)),
      reference === undefined ? undefined : definition.confirm?.request(reference, settings, report),
      definition.test?.request(settings),
      remedied && definition.remedy?.(remedied, report, settings)?.request,
    ];
    return [...reports, ...asked.filter((request) => request !== undefined)];
  }
}
