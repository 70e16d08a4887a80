/** Reads what one ingest transaction must know before it decides: a few statements, however many commands it holds. */
import type { StoredOrder } from '../../../model/stored-order.ts';
import { namesOf, withdrawalNames } from '../../../model/visitor.ts';
import type { Known, VisitorAnswer, Wanted } from '../../ingest-store.ts';
import type { Sql } from '../database.ts';
import { lockDeliveriesOf } from '../delivery.ts';
import { lockOrders, type OrderKey, pendingOf, reportedSince } from '../order.ts';
import { aliasesAmong } from '../orders/alias.ts';
import { normsOf, sightingsOf } from '../sighting.ts';
import { findHandovers, touchesOf, visitorsOf } from '../touch.ts';
import { newestWithdrawals, releasedBy, sitesWaiting, stoppedBy } from '../withdrawal.ts';

/** Everything that is to be looked up about those who named an order. */
interface People {
  visitors: { site: string; visitor: string }[];
  identities: { site: string; key: string }[];
  names: { site: string; name: string }[];
  marks: { site: string; mark: string }[];
}

export async function readKnown(sql: Sql, wanted: Wanted): Promise<Known> {
  const recent = await readRecent(sql, wanted);
  const answered = await readAnswers(sql, wanted.answers ?? []);
  const keys = [
    ...wanted.orders,
    ...[...recent].flatMap(([of, orders]) => orders.map((key) => orderKeyOf(of, key))),
    ...[...answered].flatMap(([of, reach]) => reach.orders.map((key) => orderKeyOf(of, key))),
  ];
  const { stored, aliases } = await lockNamed(sql, wanted.orders, keys);
  const orders = new Map(stored.map((one) => [`${one.site}\n${one.order.orderId}`, one]));
  const people = gather(wanted, stored);
  const identities = await visitorsOf(sql, people.identities);
  for (const [key, visitors] of identities) {
    const site = siteOf(key);
    people.visitors.push(...visitors.map((visitor) => ({ site, visitor })));
  }
  const unknown = keys.filter(({ site, orderId }) => !orders.has(`${site}\n${orderId}`));
  const withdrawals = await newestWithdrawals(sql, people.names);
  return {
    orders,
    deliveries: await lockDeliveriesOf(
      sql,
      stored.map(({ site, order }) => ({ site, orderId: order.orderId })),
    ),
    pending: await pendingOf(sql, unknown),
    identities,
    touches: await touchesOf(sql, people.visitors),
    sightings: await sightingsOf(sql, people.marks),
    norms: await normsOf(sql, wanted.norms ?? []),
    handovers: await findHandovers(sql, wanted.handovers),
    withdrawals: new Map(withdrawals.map(({ site, name, at }) => [`${site}\n${name}`, at])),
    recent,
    answered,
    aliases,
  };
}

/** The orders, and those that have a wanted name besides. What another replica joined while we waited for a lock is looked up again. */
async function lockNamed(
  sql: Sql,
  names: readonly OrderKey[],
  keys: readonly OrderKey[],
): Promise<{ stored: StoredOrder[]; aliases: Map<string, string> }> {
  for (let aliases = await aliasesAmong(sql, names); ;) {
    const named = [...aliases].map(([name, orderId]) => ({ site: siteOf(name), orderId }));
    const stored = await lockOrders(sql, [...keys, ...named]);
    const again = named.length === 0 ? aliases : await aliasesAmong(sql, names);
    if ([...again].every(([name, orderId]) => aliases.get(name) === orderId)) return { stored, aliases: again };
    aliases = again;
  }
}

const siteOf = (key: string): string => key.slice(0, key.indexOf('\n'));

function orderKeyOf(ofSite: string, key: string): OrderKey {
  const site = siteOf(ofSite);
  return { site, orderId: key.slice(site.length + 1) };
}

/** Visitor → keys of the orders that it reported lately. */
async function readRecent(sql: Sql, { recent = [] }: Wanted): Promise<Known['recent']> {
  const found: Known['recent'] = new Map(recent.map(({ site, visitor }) => [`${site}\n${visitor}`, []]));
  for (const { site, visitor, orderId } of await reportedSince(sql, recent))
    found.get(`${site}\n${visitor}`)!.push(`${site}\n${orderId}`);
  return found;
}

/** Visitor who has answered → what that is for. Nearly every landing brings a yes, and nearly none is waited for. */
async function readAnswers(sql: Sql, answers: readonly VisitorAnswer[]): Promise<Known['answered']> {
  const found: Known['answered'] = new Map();
  const granted = answers.filter(({ answer }) => answer === 'granted');
  const waiting = await sitesWaiting(
    sql,
    granted.map(({ site }) => site),
  );
  const awaited = granted.filter(({ site }) => waiting.has(site));
  const released = await releasedBy(sql, awaited);
  awaited.forEach(({ site, visitor }, index) => {
    const orders = released[index]!.map((orderId) => `${site}\n${orderId}`);
    if (orders.length > 0) found.set(`${site}\n${visitor}`, { orders, identities: [], joined: [] });
  });
  for (const answer of answers)
    if (answer.answer === 'denied') found.set(`${answer.site}\n${answer.visitor}`, await stoppedBy(sql, answer));
  return found;
}

/** What is wanted, and what deciding the known orders anew takes: everything about everybody who named them. */
function gather(wanted: Wanted, stored: readonly StoredOrder[]): People {
  const people: People = {
    visitors: [...wanted.visitors],
    identities: [...wanted.identities],
    names: (wanted.subjects ?? []).flatMap(({ site, names }) => names.map((name) => ({ site, name }))),
    marks: [...(wanted.sightings ?? [])],
  };
  for (const order of stored) addClaims(people, order);
  return people;
}

function addClaims(people: People, { site, visitor, words, order, emailHash, subjects }: StoredOrder): void {
  const heard = words.heard.flatMap((one) => one.visitor ?? []);
  const named = words.shop?.visitor;
  const visitors = [visitor, named, ...heard].flatMap((one) => one ?? []);
  const names = [...subjects, ...visitors.flatMap(withdrawalNames)];
  const read = [...(visitor === null ? [] : [visitor]), ...(named === undefined ? [] : namesOf(named)), ...heard];
  const keys = [
    ...(order.customerId === undefined ? [] : [`c:${order.customerId}`]),
    ...(emailHash === null ? [] : [`e:${emailHash}`]),
    ...words.heard.flatMap(({ signedKeys }) => signedKeys ?? []),
    ...(words.heard.length > 1 ? heard.map((one) => `j:${one}`) : []),
  ];
  const marks = words.heard.flatMap((one) => Object.values(one.marks));
  people.names.push(...names.map((name) => ({ site, name })));
  people.visitors.push(...read.map((one) => ({ site, visitor: one })));
  people.identities.push(...keys.map((key) => ({ site, key })));
  people.marks.push(...marks.map((mark) => ({ site, mark })));
}
