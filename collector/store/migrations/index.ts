/** The list of migrations, in order. Append only: a published one is never edited. */
import start from './0001-start.ts';
import sync from './0002-sync.ts';
import privacy from './0003-privacy.ts';
import append from './0004-append.ts';
import digits from './0005-digits.ts';
import words from './0010-words.ts';
import visitor from './0015-visitor.ts';
import handover from './0016-handover.ts';
import installation from './0020-installation.ts';
import vendorHour from './0021-vendor-hour.ts';
import ordersOfVisitor from './0030-orders-of-visitor.ts';
import siteFacts from './0035-site-facts.ts';
import plugins from './0040-plugins.ts';
import people from './0050-people.ts';
import sales from './0051-sales.ts';
import networkFacts from './0055-network-facts.ts';
import vendorToken from './0056-vendor-token.ts';
import consent from './0060-consent.ts';
import agreed from './0065-agreed.ts';
import alerts from './0070-alerts.ts';
import formerAddresses from './0075-former-addresses.ts';
import saleBlocks from './0076-sale-blocks.ts';
import readAgain from './0078-read-again.ts';
import storyLinks from './0080-story-links.ts';
import orderAliases from './0085-order-aliases.ts';
import comparisons from './0090-comparisons.ts';
import arrival from './0095-arrival.ts';

export interface Migration {
  id: number;
  name: string;
  /** What becomes different for a shop and its shoppers, where anything does. */
  tells?: string;
  /** Empty where the rows are filled by code of the engine, under the same id. */
  sqlite: string;
}

/** As it is named to people: `0010-words`. */
export const labelOf = ({ id, name }: Pick<Migration, 'id' | 'name'>): string =>
  `${String(id).padStart(4, '0')}-${name}`;

export const migrations: readonly Migration[] = [
  start,
  sync,
  privacy,
  append,
  digits,
  words,
  visitor,
  handover,
  installation,
  vendorHour,
  ordersOfVisitor,
  siteFacts,
  plugins,
  people,
  sales,
  networkFacts,
  vendorToken,
  consent,
  agreed,
  alerts,
  formerAddresses,
  saleBlocks,
  readAgain,
  storyLinks,
  orderAliases,
  comparisons,
  arrival,
];
