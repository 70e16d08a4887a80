/** The part of the doctor that asks whether the collector of this installation is there: everything else may be well while nobody listens. */
import { describeFinding, type Finding } from './finding.ts';
import type { Environment } from '../../environment.ts';
import type { Sender } from '../../outbound/send.ts';

export async function collectorFindings(given: {
  environment: Pick<Environment, 'host' | 'port'>;
  /** May reach this machine. */
  send: Sender['send'];
}): Promise<Finding[]> {
  const { host, port } = given.environment;
  // Any free port: only the collector itself knows which.
  if (port === 0) return [];
  const area = 'collector';
  const name = ANY.has(host) ? '127.0.0.1' : host;
  const address = `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
  const sent = await given.send({ method: 'GET', url: `${address}/healthz` }, { timeout: 3000, maxBytes: 10_000 });
  if (!sent.ok)
    return [describeFinding({ area, level: 'warn', said: ['collector.away', { address }], mend: 'collector.away' })];
  const { status, body } = sent.response;
  if (status !== 200 || !body.includes('"ok"'))
    return [
      describeFinding({
        ...{ area, level: 'warn', mend: 'collector.other' },
        said: ['collector.other', { address, status }],
      }),
    ];
  return [describeFinding({ area, level: 'ok', said: ['collector.running', { address }] })];
}

/** Addresses that mean "every one of this machine". */
const ANY = new Set(['0.0.0.0', '::']);
