/** The part of the doctor that asks whether the collector of this installation is there: everything else may be well while nobody listens. */
import type { Finding } from './finding.ts';
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
    return [
      {
        ...{ area, level: 'warn', message: `not running on ${address}` },
        fix: 'Start it with "clickthread serve". If it runs elsewhere, set PORT and HOST here as they are set there.',
      },
    ];
  if (sent.response.status !== 200 || !sent.response.body.includes('"ok"'))
    return [
      {
        ...{ area, level: 'warn', message: `${address} answers ${sent.response.status}: something else listens there` },
        fix: 'Set PORT to that of the collector, or stop the other program.',
      },
    ];
  return [{ area, level: 'ok', message: `running on ${address}` }];
}

/** Addresses that mean "every one of this machine". */
const ANY = new Set(['0.0.0.0', '::']);
