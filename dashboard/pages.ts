/** The pages that there are, in the order of the menu. */
import type { ComponentType } from 'preact';
import type { Role } from '../wire/admin/people.ts';
import { Orders } from './pages/orders.tsx';
import { Connections } from './pages/connections.tsx';
import { Deliveries } from './pages/deliveries/deliveries.tsx';
import { Live } from './pages/live.tsx';
import { Overview } from './pages/overview/overview.tsx';
import { Order } from './pages/order/order.tsx';
import { Todo } from './pages/todo.tsx';
import { later } from './parts/later.tsx';
import type * as SeldomPages from './seldom-pages.ts';
import type { Route } from './state/route.ts';
import type { Word } from './state/words.ts';

export interface PageEntry {
  /** First part of the address. */
  name: string;
  title: Word;
  /** The weakest role that may see it. */
  least: Role;
  inMenu: boolean;
  /** Stands under "More": what is needed once or seldom. */
  seldom?: boolean;
  /** Shows the whole installation: nothing for people of some sites only. */
  everySite?: boolean;
  /** The page of the menu that it belongs to. */
  of?: string;
  Body: ComponentType<{ route: Route }>;
}

const seldom = (name: Exclude<keyof typeof SeldomPages, 'SharedStory' | 'Check' | 'fetchFindingWords'>) =>
  later(async () => (await import('./seldom-pages.ts'))[name]);

/** With its words, which are many. */
const CheckPage = later<{ route: Route }>(async () => {
  const { Check, fetchFindingWords } = await import('./seldom-pages.ts');
  await fetchFindingWords();
  return Check;
});

export const PAGES: readonly PageEntry[] = [
  { name: 'todo', title: 'todo.title', least: 'viewer', inMenu: true, Body: Todo },
  { name: 'overview', title: 'overview.title', least: 'viewer', inMenu: true, Body: Overview },
  { name: 'orders', title: 'orders.title', least: 'viewer', inMenu: true, Body: Orders },
  { name: 'order', title: 'order.title', least: 'viewer', inMenu: false, of: 'orders', Body: Order },
  { name: 'live', title: 'live.title', least: 'viewer', inMenu: true, Body: Live },
  { name: 'deliveries', title: 'deliveries.title', least: 'viewer', inMenu: true, Body: Deliveries },
  { name: 'connections', title: 'connections.title', least: 'viewer', inMenu: true, Body: Connections },
  {
    name: 'connection',
    title: 'connections.title',
    least: 'viewer',
    inMenu: false,
    of: 'connections',
    Body: seldom('Connection'),
  },
  { name: 'quarantine', title: 'quarantine.title', least: 'operator', inMenu: true, Body: seldom('Quarantine') },
  {
    name: 'start',
    title: 'start.title',
    least: 'owner',
    inMenu: true,
    seldom: true,
    everySite: true,
    Body: seldom('Start'),
  },
  {
    name: 'reconcile',
    title: 'reconcile.title',
    least: 'operator',
    inMenu: true,
    seldom: true,
    Body: seldom('Reconcile'),
  },
  { name: 'rules', title: 'rules.title', least: 'operator', inMenu: true, seldom: true, Body: seldom('Rules') },
  {
    name: 'check',
    title: 'check.title',
    least: 'viewer',
    inMenu: true,
    seldom: true,
    everySite: true,
    Body: CheckPage,
  },
  {
    name: 'alerts',
    title: 'alerts.title',
    least: 'owner',
    inMenu: true,
    seldom: true,
    everySite: true,
    Body: seldom('Alerts'),
  },
  {
    name: 'keys',
    title: 'apiKeys.title',
    least: 'owner',
    inMenu: true,
    seldom: true,
    everySite: true,
    Body: seldom('ApiKeys'),
  },
  {
    name: 'audit',
    title: 'audit.title',
    least: 'owner',
    inMenu: true,
    seldom: true,
    everySite: true,
    Body: seldom('Audit'),
  },
  { name: 'privacy', title: 'privacy.title', least: 'owner', inMenu: true, seldom: true, Body: seldom('Privacy') },
  { name: 'people', title: 'people.title', least: 'viewer', inMenu: true, seldom: true, Body: seldom('People') },
];

/** The one that an address names; where it names none, the first of the menu, or how to begin while there is no shop. */
export function pageOf({ path }: Route, hasSites: boolean): PageEntry {
  const [name = hasSites ? 'todo' : 'start'] = path;
  return PAGES.find((page) => page.name === name) ?? PAGES[0]!;
}
