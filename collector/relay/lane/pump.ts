/** Fills lanes that were woken: one at a time each, and once more where another wake came meanwhile. */
import type { InFlight } from './in-flight.ts';
import type { Lane } from './lane.ts';

export function createPump(fill: (lane: Lane) => Promise<void>, { track }: Pick<InFlight, 'track'>) {
  let stopped = false;

  async function pump(lane: Lane): Promise<void> {
    lane.pumping = true;
    try {
      while (lane.again && !stopped) {
        lane.again = false;
        await fill(lane);
      }
    } finally {
      lane.pumping = false;
    }
  }

  return {
    wake(lane: Lane): void {
      if (stopped) return;
      lane.again = true;
      if (!lane.pumping) track(pump(lane));
    },
    /** What is being filled is the last. */
    stop(): void {
      stopped = true;
    },
    isStopped: (): boolean => stopped,
  };
}
