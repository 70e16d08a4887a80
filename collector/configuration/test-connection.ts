/** `connection test`: settings, address and the vendor's own word, stage by stage; the first failure ends it and says what to fix. */
import type { Destination } from '../kit/destination.ts';
import { redactText } from '../outbound/redact.ts';
import type { SendFailure } from '../outbound/send-failure.ts';
import type { Sender } from '../outbound/send.ts';
import { checkConnection } from './check-connection.ts';
import type { Connection } from './sites.ts';
import type { SyncConnection } from './sync-connection.ts';
import { testListPlatform } from './test-platform.ts';
import { type StageReport, type TestReport, testSource } from './test-source.ts';

export interface ConnectionTest {
  site: string;
  connection: string;
  type: string;
  ok: boolean;
  stages: StageReport[];
  /** Said whatever the outcome: test modes, prerequisites. */
  advice: string | null;
  /** The vendor's clock less ours in milliseconds, as its Date header has it; null where nothing was asked. */
  skew: number | null;
}

export async function testConnection(
  connection: Connection,
  deps: {
    send: Sender['send'];
    allowPrivate: boolean;
    now: number;
    /** How a source is tested where its passing must be remembered; the plain test unless given. */
    testSource?: (connection: SyncConnection) => Promise<TestReport>;
  },
): Promise<ConnectionTest> {
  const { site, id, type } = connection;
  const { destination, source, platform } = connection;
  let skew: number | null = null;
  const send: Sender['send'] = async (request, limits) => {
    const sent = await deps.send(request, limits);
    const date = sent.ok ? Date.parse(sent.response.headers['date'] ?? '') : NaN;
    if (sent.ok && !Number.isNaN(date)) skew = date - (sent.response.receivedAt ?? deps.now);
    return sent;
  };
  const stages = [settingsStage(connection, deps.allowPrivate)];
  if (stages[0]!.ok && source) {
    const { createdAt, settings } = connection;
    // Only what is synchronized remembers that it passed.
    const remembered = source.sync && deps.testSource?.({ site, id, source, settings, createdAt });
    const report = await (remembered ?? testSource(source, settings, { send, clock: () => deps.now }));
    stages.push(...report.stages);
  }
  if (stages[0]!.ok && platform) {
    const report = await testListPlatform(platform, connection.settings, { send, clock: () => deps.now });
    stages.push(...report.stages);
  }
  if (stages[0]!.ok && !source && destination) stages.push(...(await testDestination(destination, connection, send)));
  const shown = stages.map((stage) => ({
    ...stage,
    message: redactText(stage.message, { secrets: connection.secrets, personal: [] }),
  }));
  return {
    site,
    connection: id,
    type,
    ok: shown.every(({ ok }) => ok),
    stages: shown,
    advice: destination?.testAdvice ?? null,
    skew,
  };
}

function settingsStage({ type, settings, ...connection }: Connection, allowPrivate: boolean): StageReport {
  const stage = { name: 'settings', title: 'The settings are complete' };
  const definition = connection.destination ?? connection.source ?? connection.platform;
  if (!definition) return { ...stage, ok: false, message: `This version does not know connections of type ${type}.` };
  const { problems } = checkConnection(definition, settings, { allowPrivate });
  if (problems.length === 0) return { ...stage, ok: true, message: 'Every setting is well-formed.' };
  const message = problems.map(({ field, message: fix }) => `${field} ${fix}`).join('; ');
  return { ...stage, ok: false, message: `${message}. Correct it and apply again.` };
}

async function testDestination(
  { title, test, transport }: Destination,
  { settings }: Connection,
  send: Sender['send'],
): Promise<StageReport[]> {
  const request = test?.request(settings);
  if (!test || !request) {
    const why =
      transport === 'server'
        ? `${title} has no harmless request to ask: only a real order shows whether it is accepted.`
        : `${title} is fired by the shopper's browser: buy something and look at the order with "clickthread explain".`;
    return [{ name: 'vendor', title: 'Nothing was asked', ok: true, message: why, note: true }];
  }
  const sent = await send(request);
  const address = { name: 'address', title: `${title} can be reached` };
  if (!sent.ok) return [{ ...address, ok: false, message: unreachable(sent) }];
  return [
    { ...address, ok: true, message: `It answered with ${sent.response.status}.` },
    { name: 'vendor', title: `${title} accepts the credentials`, ...test.verdict(sent.response, settings) },
  ];
}

function unreachable({ kind, message }: SendFailure): string {
  const fix = {
    timeout: 'Check the address, and that a firewall lets this machine out.',
    network: 'Check the address, the DNS of this machine, and that a firewall lets it out.',
    refused: 'Correct the address in the settings.',
    tls: "Its certificate can't be trusted: check the address and this machine's clock.",
  }[kind];
  return `${message}. ${fix}`;
}
