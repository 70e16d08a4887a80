/** What every engine must do, run for each of them. A new engine is ready when all of this passes. */
import { describe } from 'vitest';
import type { ManualClock } from '../../harness/clock.ts';
import type { Stores } from '../../../collector/store/store.ts';
import { administrationContract } from './contract-administration.ts';
import { aliasContract } from './contract-aliases.ts';
import { deliveryContract } from './contract-deliveries.ts';
import { figuresContract } from './contract-figures.ts';
import { laneContract } from './contract-lanes.ts';
import { peopleContract } from './contract-people.ts';
import { recordContract } from './contract-records.ts';
import { successionContract } from './contract-succession.ts';
import { syncContract } from './contract-sync.ts';
import { watchContract } from './contract-watch.ts';
import { withdrawalContract } from './contract-withdrawals.ts';

export interface EngineUnderTest {
  name: string;
  clock: ManualClock;
  /** An empty, migrated store of its own. Whoever opens it closes it. */
  open(): Promise<Stores>;
  /** The same data as another process sees it. */
  openAgain(): Promise<Stores>;
  /** The same, and how that process makes ids: it knows nothing of those that this one has made. */
  otherProcess(): Promise<{ store: Stores; newId: (now: number) => string }>;
}

export function storeContract(engine: EngineUnderTest): void {
  describe(`the store on ${engine.name}`, () => {
    describe('keeps records', () => recordContract(engine));
    describe('knows an order by every name', () => aliasContract(engine));
    describe('keeps withdrawn consent', () => withdrawalContract(engine));
    describe('leases deliveries', () => deliveryContract(engine));
    describe('gives lanes to one at a time', () => laneContract(engine));
    describe('keeps the order of things', () => successionContract(engine));
    describe('serves administrators', () => administrationContract(engine));
    describe('adds up and finds', () => figuresContract(engine));
    describe('keeps shops and lists in step', () => syncContract(engine));
    describe('lets people in', () => peopleContract(engine));
    describe('is watched over', () => watchContract(engine));
  });
}
