/** What every engine must do, run for each of them. A new engine is ready when all of this passes. */
import { describe } from 'vitest';
import type { ManualClock } from '../../harness/clock.ts';
import type { Store } from '../../../collector/store/store.ts';
import { administrationContract } from './contract-administration.ts';
import { deliveryContract } from './contract-deliveries.ts';
import { recordContract } from './contract-records.ts';
import { withdrawalContract } from './contract-withdrawals.ts';

export interface EngineUnderTest {
  name: string;
  clock: ManualClock;
  /** An empty, migrated store of its own. Whoever opens it closes it. */
  open(): Promise<Store>;
  /** The same data as another process sees it. */
  openAgain(): Promise<Store>;
}

export function storeContract(engine: EngineUnderTest): void {
  describe(`the store on ${engine.name}`, () => {
    describe('keeps records', () => recordContract(engine));
    describe('keeps withdrawn consent', () => withdrawalContract(engine));
    describe('leases deliveries', () => deliveryContract(engine));
    describe('serves administrators', () => administrationContract(engine));
  });
}
