/**
 * A shop's own signed webhook: verified over the raw bytes, read by its source, answered 200 after one durable commit.
 *
 * 200 is what every sender takes for "delivered": orders, repeats, topics and bodies that are none of ours, and orders that go to quarantine,
 * for none of them becomes better by being sent again (WooCommerce switches a webhook off after a few failures). 401 refuses what nobody with
 * the secret has sent; 5xx asks for another try where nothing could be stored.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Request, Response } from 'express';
import type { Connection, Sites } from '../../configuration/sites.ts';
import type { Ingest } from '../../ingest/ingest.ts';
import type { Work } from '../../intake/command.ts';
import type { HookDelivery, HookReading, ShopReport, SignedWebhook } from '../../kit/source.ts';
import type { Clock } from '../../lib/clock.ts';
import { seconds } from '../../lib/duration.ts';
import { sha256 } from '../../lib/hash.ts';
import { type HookFault, hookFact, type FactName } from '../../model/site-fact.ts';
import type { PersonEraser } from '../../privacy/erase.ts';
import type { Store } from '../../store/store.ts';
import type { SyncService } from '../../sync/service.ts';
import { type HeardReport, hearReports } from '../../sync/hear-reports.ts';
import { MOST_LEVELS, nestsTooDeep } from '../nesting.ts';
import { sendProblems } from '../problem.ts';

export interface SignedHookDeps {
  sites: () => Promise<Sites>;
  ingest: Ingest['ingest'];
  wake: (work: readonly Work[]) => void;
  /** Repeats: the very same bytes for the same connection are taken once. And orders that are known already. */
  messages: Pick<Store, 'knowsMessage' | 'rememberMessage' | 'order'>;
  /** Forgets a person, as `clickthread erase` does. */
  erasePerson: PersonEraser['erasePerson'];
  /** What was heard of a connection, for the doctor. */
  heard: (site: string, name: FactName) => void;
  /** Reads whole, through the shop's API, what a webhook only names. */
  service: { catchUp: Pick<SyncService['catchUp'], 'announce'>; schedule: Pick<SyncService['schedule'], 'readNamed'> };
  clock: Clock;
  log: { error(fields: object, message: string): void };
}

export interface SignedHook {
  refuseEncoding(connection: Connection, request: Request, response: Response): void;
  receive(connection: Connection, given: { request: Request; response: Response; body: Buffer }): Promise<void>;
}

export function signedHook(deps: SignedHookDeps): SignedHook {
  const { clock, messages, log } = deps;
  /** Said in the answer, in the log, and to the doctor: a secret that was changed on one side alone loses every order until somebody sees it. */
  const fault = ({ site, id }: Connection, what: HookFault, message: string): void => {
    deps.heard(site, hookFact(id, what));
    // Once a minute for each kind.
    log.error({ site, connection: id, code: `${site}/${id} ${what}`, problem: message }, 'a webhook was refused');
  };
  const remember = (site: string, message: string): void =>
    void messages
      .rememberMessage(site, message, clock())
      .catch((error: unknown) => log.error({ err: error, site }, FORGOT));
  return {
    refuseEncoding(connection, request, response) {
      const message = `is ${request.headers['content-encoding']?.slice(0, 20)}: the shop signs plain bytes, so send them plain and switch off whatever compresses requests on the way`;
      fault(connection, 'encoding', message);
      sendProblems(response, 415, [{ field: 'content-encoding', message }]);
    },
    async receive(connection, { request, response, body }) {
      const webhook = connection.source!.webhook as SignedWebhook;
      const delivery: HookDelivery = { headers: headersOf(request), body, now: clock() };
      if (webhook.isPing?.(delivery)) return void response.status(200).json({ result: 'ping' });
      const problem = webhook.verify(delivery, connection.settings);
      if (problem) {
        fault(connection, problem.field === 'time' ? 'stale' : 'signature', `${problem.field} ${problem.message}`);
        return sendProblems(response, 401, [problem]);
      }
      const { site, id } = connection;
      deps.heard(site, hookFact(id));
      if (!connection.enabled) return void response.status(200).json(ignored(`the connection ${id} is paused`));
      const message = `hook ${id} ${sha256(body.toString('latin1'))}`;
      if (await messages.knowsMessage(site, message)) return void response.status(200).json({ result: 'duplicate' });
      const reading: HookReading = nestsTooDeep(body)
        ? { broken: `The shop signed a body that is nested more than ${MOST_LEVELS} levels deep, as no order is` }
        : webhook.read(delivery, connection.settings);
      if ('broken' in reading) {
        fault(connection, 'broken', reading.broken);
        return void response.status(200).json(ignored(reading.broken));
      }
      if ('ignored' in reading) return void response.status(200).json(ignored(reading.ignored));
      if ('erase' in reading) {
        for (const { by, value } of reading.erase)
          await deps.erasePerson({ by, value, sites: [site], now: clock(), actor: `webhook of ${id}` });
        remember(site, message);
        return void response.status(200).json({ result: 'erased' });
      }
      if (reading.reread && reading.reread.length > 0) {
        await deps.service.catchUp.announce(connection, reading.reread);
        const whole = deps.service.schedule.readNamed(connection);
        response.status(200).json({ results: [], reread: reading.reread });
        remember(site, message);
        // Whatever the API has told by then is newer: these words are not heard after it.
        await Promise.race([whole, pause(PATIENCE, undefined, { ref: false })]);
        return void (await ingestReports(reading.reports, connection, deps));
      }
      const results = await ingestReports(reading.reports, connection, deps);
      response.status(200).json({ results });
      // After its effect, and not waited for: lost with the process, a repeat only finds that nothing is new. What was refused may be sent again.
      if (results.some(({ result }) => result === 'invalid')) return;
      remember(site, message);
    },
  };
}

/** How long an order that the API would show whole waits for it, before it is told by the webhook's own words. */
const PATIENCE = seconds(3);
const FORGOT = 'a webhook could not be remembered; its repeat is read once more';

const ignored = (message: string): object => ({ result: 'ignored', message });

async function ingestReports(
  reports: readonly ShopReport[],
  { site, createdAt }: Connection,
  { sites, ingest, wake, messages, clock }: SignedHookDeps,
): Promise<HeardReport[]> {
  const inForce = (await sites()).byId.get(site)!;
  return hearReports(
    reports,
    { site: inForce, createdAt },
    {
      store: messages,
      now: clock(),
      async ingest(commands) {
        const { replies, work } = await ingest(commands);
        wake(work);
        return replies;
      },
    },
  );
}

function headersOf({ headers }: Request): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value]] : [],
  );
  return Object.fromEntries(entries) as Record<string, string>;
}
