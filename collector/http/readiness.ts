/** Whether an order that came now would be kept: a write passes and what is sealed opens. Asked by load balancers, so it is looked at once a second. */
import type { Problem } from '../../wire/problem.ts';
import type { Sites } from '../configuration/sites.ts';
import type { Clock } from '../lib/clock.ts';
import { seconds } from '../lib/duration.ts';
import type { Seal } from '../lib/seal.ts';
import type { Store } from '../store/store.ts';

const LOOK = seconds(1);

export interface ReadinessDeps {
  write: Pick<Store, 'probe'>;
  read: Pick<Store, 'keyCheck'>;
  seal: Pick<Seal, 'open'>;
  sites: () => Promise<Sites>;
  clock: Clock;
  monotonic: Clock;
}

/** The returned function gives what is wrong; nothing when all is well. */
export function createReadiness(deps: ReadinessDeps): () => Promise<Problem | undefined> {
  let looked: { at: number; result: Promise<Problem | undefined> } | undefined;
  return () => {
    const at = deps.monotonic();
    if (!looked || at - looked.at >= LOOK) looked = { at, result: look(deps) };
    return looked.result;
  };
}

async function look({ write, read, seal, sites, clock }: ReadinessDeps): Promise<Problem | undefined> {
  try {
    await write.probe(clock());
  } catch (error) {
    const { code } = error as { code?: string };
    return { field: 'store', message: `can't be written${code === undefined ? '' : ` (${code})`}` };
  }
  try {
    const check = await read.keyCheck();
    if (check) seal.open(check);
    await sites();
  } catch {
    return {
      field: 'key',
      message: 'does not open what is sealed: another key is in force than the data was sealed with',
    };
  }
  return undefined;
}
