/** SQL of erasure from orders: what they, their reports, exchanges and stories say of a person goes; reports on their way are stopped. */
import { GATE_REASONS } from '../../../model/authority/consent-gate.ts';
import type { Concerned } from '../../rows/whose-order.ts';
import type { Erased } from '../../upkeep-store.ts';
import type { Sql } from '../database.ts';
import { advanceAfter, lockDeliveriesOf, putDeliveries } from '../delivery.ts';
import { forgetAddresses } from '../former-address.ts';
import { emptyExchanges, type Exchange } from './bare-attempt.ts';

const SELECT_ORDERS = `
  SELECT order_id AS id, body, attribution FROM orders WHERE site = $1 AND order_id = ANY($2::text[]) ORDER BY order_id FOR UPDATE`;
const UPDATE_ORDERS = `
  UPDATE orders o SET personal = NULL, heard_personal = NULL, words = NULL, contest = NULL, email_hash = NULL, subjects = NULL,
    visitor = NULL, customer_id = NULL, gate = 'erased', body = bare.body, attribution = bare.attribution
  FROM unnest($2::text[], $3::text[], $4::text[]) AS bare (id, body, attribution) WHERE o.site = $1 AND o.order_id = bare.id`;
const FORGET_READING = 'DELETE FROM read_again WHERE site = $1 AND order_id = ANY($2::text[])';
const STRIP = 'UPDATE orders SET heard_personal = $3 WHERE site = $1 AND order_id = $2';
const SELECT_REPORTS = `
  SELECT id, report FROM delivery WHERE site = $1 AND order_id = ANY($2::text[]) ORDER BY id FOR UPDATE`;
const UPDATE_REPORTS = `
  UPDATE delivery d SET report = bare.report FROM unnest($2::text[], $3::text[]) AS bare (id, report)
  WHERE d.site = $1 AND d.id = bare.id`;
const SELECT_ATTEMPTS = `
  SELECT delivery, id, request, response FROM attempt WHERE site = $1 AND delivery = ANY($2::text[]) ORDER BY delivery, id FOR UPDATE`;
// A story keeps what happened and by whom; reasons and remarks are free words.
const UPDATE_EVENTS = `
  UPDATE order_event SET text = CASE WHEN type IN ('reported', 'updated') THEN text
    WHEN type = 'changed' AND strpos(text, ': ') > 0 THEN left(text, strpos(text, ': ') - 1)
    WHEN type = 'changed' THEN text ELSE 'erased with its person' END
  WHERE site = $1 AND order_id = ANY($2::text[])`;
const SELECT_PENDING = `
  SELECT order_id AS "orderId", id, patch FROM pending_change WHERE site = $1 AND order_id = ANY($2::text[]) ORDER BY order_id, id FOR UPDATE`;
const UPDATE_PENDING = `
  UPDATE pending_change p SET patch = bare.patch FROM unnest($2::text[], $3::text[], $4::text[]) AS bare (order_id, id, patch)
  WHERE p.site = $1 AND p.order_id = bare.order_id AND p.id = bare.id`;
const SELECT_AUDIT = `
  SELECT id, detail FROM audit WHERE strpos(detail, '"orderId"') > 0 AND strpos(detail, '"reason"') > 0 ORDER BY id FOR UPDATE`;
const UPDATE_AUDIT =
  'UPDATE audit a SET detail = bare.detail FROM unnest($1::text[], $2::text[]) AS bare (id, detail) WHERE a.id = bare.id';
const MARK_STOPPED = 'UPDATE orders SET stopped = true WHERE site = $1 AND order_id = ANY($2::text[])';

/** In a transaction. */
export async function eraseOrders(
  sql: Sql,
  site: string,
  { orders, strips }: Concerned,
  now: number,
): Promise<Pick<Erased, 'orders' | 'deliveries' | 'stopped' | 'attempts'>> {
  for (const { orderId, heardPersonal } of strips) await sql.run(STRIP, [site, orderId, heardPersonal]);
  if (orders.length === 0) return { orders: 0, deliveries: 0, stopped: 0, attempts: 0 };
  const found = await sql.rows<{ id: string; body: string; attribution: string }>(SELECT_ORDERS, [site, orders]);
  const ids = found.map(({ id }) => id);
  const bodies = found.map(({ body }) => bareOrder(body));
  const erased = await sql.run(UPDATE_ORDERS, [
    site,
    ids,
    bodies,
    found.map((row) => bareAttribution(row.attribution)),
  ]);
  await forgetAddresses(sql, site, 'order', ids);
  await sql.run(FORGET_READING, [site, ids]);
  const told = await eraseReports(sql, site, ids);
  const stopped = await stopReports(sql, site, ids, now);
  await sql.run(UPDATE_EVENTS, [site, ids]);
  await erasePending(sql, site, ids);
  await eraseReasons(sql, site, ids);
  return { orders: erased, ...told, stopped };
}

async function eraseReports(
  sql: Sql,
  site: string,
  orders: readonly string[],
): Promise<Pick<Erased, 'deliveries' | 'attempts'>> {
  const reports = await sql.rows<{ id: string; report: string }>(SELECT_REPORTS, [site, orders]);
  const ids = reports.map(({ id }) => id);
  const exchanges = await sql.rows<Exchange>(SELECT_ATTEMPTS, [site, ids]);
  return {
    deliveries: await sql.run(UPDATE_REPORTS, [site, ids, reports.map(({ report }) => bareReport(report))]),
    attempts: await emptyExchanges(sql, site, exchanges),
  };
}

/** What takes back what was told still goes. */
async function stopReports(sql: Sql, site: string, orders: readonly string[], now: number): Promise<number> {
  const all = await lockDeliveriesOf(
    sql,
    orders.map((orderId) => ({ site, orderId })),
  );
  const open = [...all.values()]
    .flat()
    .filter(({ state, kind }) => (state === 'waiting' || state === 'due') && kind !== 'reversal');
  const stopped = open.map((delivery) => ({
    ...{ ...delivery, state: 'skipped' as const, reason: GATE_REASONS.erased },
    ...{ nextAt: null, updatedAt: now },
  }));
  await putDeliveries(sql, stopped);
  await advanceAfter(sql, stopped, now);
  await sql.run(MARK_STOPPED, [site, [...new Set(open.map(({ orderId }) => orderId))]]);
  return open.length;
}

async function erasePending(sql: Sql, site: string, orders: readonly string[]): Promise<void> {
  const found = await sql.rows<{ orderId: string; id: string; patch: string }>(SELECT_PENDING, [site, orders]);
  if (found.length === 0) return;
  await sql.run(UPDATE_PENDING, [
    ...[site, found.map(({ orderId }) => orderId), found.map(({ id }) => id)],
    found.map(({ patch }) => without(JSON.parse(patch) as Fields, 'reason')),
  ]);
}

/** Why somebody changed an order stands in the log as well. */
async function eraseReasons(sql: Sql, site: string, orders: readonly string[]): Promise<void> {
  const concerned = (await sql.rows<{ id: string; detail: string }>(SELECT_AUDIT)).flatMap(({ id, detail }) => {
    const said = JSON.parse(detail) as { site?: unknown; orderId?: unknown; reason?: unknown };
    const isTheirs = said.site === site && orders.includes(String(said.orderId)) && said.reason != null;
    return isTheirs ? [{ id, detail: without(said, 'reason') }] : [];
  });
  if (concerned.length > 0)
    await sql.run(UPDATE_AUDIT, [concerned.map(({ id }) => id), concerned.map(({ detail }) => detail)]);
}

type Fields = Record<string, unknown>;

function without(fields: Fields, ...names: string[]): string {
  return JSON.stringify(Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name))));
}

/** What a shop says of the customer beside the personal fields, which are sealed apart. */
const bareOrder = (text: string): string => without(JSON.parse(text) as Fields, 'customerId', 'custom');

function bareAttribution(text: string): string {
  const attribution = JSON.parse(text) as { touches?: { url?: string | null }[] };
  const touches = (attribution.touches ?? []).map((touch) =>
    touch.url == null ? touch : { ...touch, url: bareUrl(touch.url) },
  );
  return JSON.stringify({ ...attribution, touches });
}

/** The address of a page without its path and query. */
function bareUrl(url: string): string {
  const path = url.indexOf('/', 'https://'.length);
  return path < 0 ? url : url.slice(0, path + 1);
}

function bareReport(text: string): string {
  const { reason: _why, order, click, ...rest } = JSON.parse(text) as Fields & { order?: Fields; click?: Fields };
  const bare = order && (JSON.parse(without(order, 'customerId', 'custom')) as Fields);
  const clicked = click && (JSON.parse(without(click, 'extra')) as Fields);
  return JSON.stringify({ ...rest, ...(bare ? { order: bare } : {}), ...(clicked ? { click: clicked } : {}) });
}
