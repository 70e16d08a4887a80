/** Reads what one ingest transaction must know before it decides, table by table. */
import type { StoredOrder } from '../../../model/stored-order.ts';
import { namesOf, withdrawalNames } from '../../../model/visitor.ts';
import type { Known, Wanted } from '../../ingest-store.ts';
import type { DeliveryTable } from '../delivery.ts';
import type { OrderTable } from '../order.ts';
import type { AliasTable } from '../orders/alias.ts';
import type { SightingTable } from '../sighting.ts';
import type { TouchTable } from '../touch.ts';
import type { WithdrawalTable } from '../withdrawal.ts';

export function createKnownReader(tables: {
  touches: TouchTable;
  orders: OrderTable;
  aliases: AliasTable;
  deliveries: DeliveryTable;
  sightings: SightingTable;
  withdrawals: WithdrawalTable;
}): (wanted: Wanted) => Known {
  const { touches, orders, aliases, deliveries, sightings, withdrawals } = tables;
  return (wanted) => {
    const result: Known = {
      touches: new Map(),
      orders: new Map(),
      deliveries: new Map(),
      pending: new Map(),
      identities: new Map(),
      handovers: new Map(),
      recent: new Map(),
      sightings: new Map(),
      norms: new Map(),
      withdrawals: new Map(),
      answered: new Map(),
      aliases: new Map(),
    };
    const readTouches = (site: string, visitor: string): void => {
      const key = `${site}\n${visitor}`;
      if (!result.touches.has(key)) result.touches.set(key, touches.of(site, visitor));
    };
    const readIdentity = (site: string, key: string): void => {
      const visitors = touches.visitorsOf(site, key);
      result.identities.set(`${site}\n${key}`, visitors);
      for (const visitor of visitors) readTouches(site, visitor);
    };
    const readSighting = (site: string, mark: string): void => {
      const key = `${site}\n${mark}`;
      if (!result.sightings.has(key)) result.sightings.set(key, sightings.of(site, mark));
    };
    const readWithdrawals = (site: string, names: readonly string[]): void => {
      for (const { name, at } of withdrawals.newest(site, names)) result.withdrawals.set(`${site}\n${name}`, at);
    };
    /** What deciding a known order anew takes: everything about everybody who named it. */
    const readClaims = ({ site, visitor, words, order, emailHash, subjects }: StoredOrder): void => {
      if (visitor !== null) readTouches(site, visitor);
      const visitors = [visitor, words.shop?.visitor, ...words.heard.map((one) => one.visitor)];
      readWithdrawals(site, [...subjects, ...visitors.flatMap((one) => (one == null ? [] : withdrawalNames(one)))]);
      const named = words.shop?.visitor;
      if (named !== undefined) for (const one of namesOf(named)) readTouches(site, one);
      const keys = [
        ...(order.customerId === undefined ? [] : [`c:${order.customerId}`]),
        ...(emailHash === null ? [] : [`e:${emailHash}`]),
        ...words.heard.flatMap(({ signedKeys }) => signedKeys ?? []),
        ...(words.heard.length > 1
          ? words.heard.flatMap((one) => (one.visitor === null ? [] : `j:${one.visitor}`))
          : []),
      ];
      for (const key of new Set(keys)) readIdentity(site, key);
      for (const one of words.heard) {
        if (one.visitor !== null) readTouches(site, one.visitor);
        for (const mark of Object.values(one.marks)) readSighting(site, mark);
      }
    };
    for (const { site, visitor } of wanted.visitors) readTouches(site, visitor);
    const recent = (wanted.recent ?? []).flatMap(({ site, visitor, since }) => {
      const ids = orders.reportedSince(site, visitor, since);
      const keys = ids.map((orderId) => `${site}\n${orderId}`);
      result.recent.set(`${site}\n${visitor}`, keys);
      return ids.map((orderId) => ({ site, orderId }));
    });
    const waiting = new Map<string, boolean>();
    const answering = (wanted.answers ?? []).flatMap((answer) => {
      const { site, visitor } = answer;
      if (!waiting.has(site)) waiting.set(site, withdrawals.anyWaiting(site));
      // Nearly every landing brings a yes, and nearly none is waited for.
      if (answer.answer === 'granted' && !waiting.get(site)) return [];
      const concerned = withdrawals.concernedBy(answer);
      if (concerned.orders.length > 0 || answer.answer === 'denied')
        result.answered.set(`${site}\n${visitor}`, concerned);
      return concerned.orders.map((key) => ({ site, orderId: key.slice(site.length + 1) }));
    });
    const named = wanted.orders.flatMap(({ site, orderId: alias }) => {
      const orderId = aliases.orderOf(site, alias);
      if (orderId === undefined) return [];
      result.aliases.set(`${site}\n${alias}`, orderId);
      return [{ site, orderId }];
    });
    for (const { site, orderId } of [...wanted.orders, ...named, ...recent, ...answering]) {
      const key = `${site}\n${orderId}`;
      if (result.orders.has(key)) continue;
      const order = orders.get(site, orderId);
      if (order) {
        result.orders.set(key, order);
        result.deliveries.set(key, deliveries.ofOrder(site, orderId));
        readClaims(order);
      } else {
        const pending = orders.pendingOf(site, orderId);
        if (pending.length > 0) result.pending.set(key, pending);
      }
    }
    for (const { site, key } of wanted.identities) readIdentity(site, key);
    for (const { site, names } of wanted.subjects ?? []) readWithdrawals(site, names);
    for (const { site, mark } of wanted.sightings ?? []) readSighting(site, mark);
    for (const site of wanted.norms ?? []) {
      const body = sightings.norm(site);
      if (body !== undefined) result.norms.set(site, body);
    }
    for (const { site, id } of wanted.handovers) {
      const handover = touches.handover(site, id);
      if (handover) result.handovers.set(`${site}\n${id}`, handover);
    }
    return result;
  };
}
