/** PostgreSQL's migrations, in order. Append only: a published one is never edited. */
import records from './0001-records.ts';
import administration from './0002-administration.ts';
import shops from './0003-shops.ts';
import formerAddresses from './0004-former-addresses.ts';
import saleBlocks from './0005-sale-blocks.ts';
import watch from './0006-watch.ts';
import readAgain from './0007-read-again.ts';
import fence from './0008-fence.ts';
import storyLinks from './0009-story-links.ts';
import pauses from './0010-pauses.ts';
import orderAliases from './0011-order-aliases.ts';
import comparisons from './0012-comparisons.ts';
import moveState from './0015-move-state.ts';
import arrival from './0016-arrival.ts';

export interface PostgresMigration {
  id: number;
  name: string;
  sql: string;
}

export const postgresMigrations: readonly PostgresMigration[] = [
  records,
  administration,
  shops,
  formerAddresses,
  saleBlocks,
  watch,
  readAgain,
  fence,
  storyLinks,
  pauses,
  orderAliases,
  comparisons,
  moveState,
  arrival,
];
