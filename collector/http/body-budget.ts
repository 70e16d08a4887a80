/** Bodies of strangers that stand in memory while they are read: together they are bounded, and where room is short the largest one goes. */
import type { RequestHandler } from 'express';
import { sendProblems } from './problem.ts';

export interface BodyShare {
  /** Counts further bytes. Where room is short then, the largest body that is still being read is given up: this one, or another. */
  add(bytes: number): void;
  /** All of it is here: it is not given up any more, and counts on until `end`. */
  complete(): void;
  end(): void;
}

export interface BodyBudget {
  /** `giveUp` is called once at most, and ends the body's share. */
  begin(giveUp: () => void): BodyShare;
}

/** Bytes of messages whose sender only their signature tells. */
export const UNPROVEN_BYTES = 24 * 1024 * 1024;

interface Share {
  bytes: number;
  giveUp: () => void;
}

/** Who sends slowly, or never to the end, keeps nobody else out: it takes what it has sent, and what is small is read before what is large. */
export function createBodyBudget(mostBytes: number): BodyBudget {
  const reading = new Set<Share>();
  let total = 0;
  const drop = (share: Share): void => {
    total -= share.bytes;
    share.bytes = 0;
    reading.delete(share);
  };
  const makeRoom = (): void => {
    while (total > mostBytes) {
      let largest: Share | undefined;
      for (const share of reading) if (share.bytes > (largest?.bytes ?? 0)) largest = share;
      if (!largest) return;
      drop(largest);
      largest.giveUp();
    }
  };
  return {
    begin(giveUp) {
      const share: Share = { bytes: 0, giveUp };
      reading.add(share);
      return {
        add(bytes) {
          if (!reading.has(share)) return;
          share.bytes += bytes;
          total += bytes;
          if (total > mostBytes) makeRoom();
        },
        complete: () => void reading.delete(share),
        end: () => drop(share),
      };
    },
  };
}

/** Counts a body that must be read before its sender is known (a signed message). `largest` is what a compressed one counts as. */
export function countBody(budget: BodyBudget, largest: number): RequestHandler {
  return (request, response, next) => {
    const share = budget.begin(() => {
      response.setHeader('retry-after', '1');
      response.setHeader('connection', 'close');
      sendProblems(response, 503, [
        { field: 'body', message: "can't be read at the moment: too many signed messages at once; send it again" },
      ]);
    });
    response.once('close', () => share.end());
    const isPacked = request.headers['content-encoding'] !== undefined;
    if (isPacked) share.add(largest);
    // Heard in the tick in which the body's reader begins.
    else request.on('data', (chunk: Buffer) => share.add(chunk.length));
    request.once('end', () => share.complete());
    // Given up as it came: there is nobody to read it any more.
    if (!response.headersSent) next();
  };
}
