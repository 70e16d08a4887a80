/** What a move is asked for, whichever way it goes, and the words in which it stops. */
import type { Clock } from '../../lib/clock.ts';
import { BackupError } from '../../store/backup-error.ts';
import { BUSY_CODE, StartError } from '../../store/start-error.ts';
import type { MovedTableSum, MoveProgress } from './move-data.ts';

export interface MoveWant {
  /** The data file. */
  file: string;
  /** Its folder, where a running collector is known by its lock. */
  folder: string;
  /** The database. */
  url: string;
  clock: Clock;
  monotonic: () => number;
  /** Milliseconds that running collectors get to end, once they have been asked for. */
  wait: number;
  actor: string;
  onProgress: (progress: MoveProgress) => void;
  /** Told once, when everything so far is there and the collectors must end. */
  askToStop: () => void;
}

export interface MovedData {
  /** Where the data is now. */
  place: string;
  tables: MovedTableSum[];
}

/** `who` begins the sentence. */
export const servesOn = (who: string, wait: number, cause?: unknown): StartError =>
  new StartError(
    `${who} did not end within ${Math.round(wait / 1000)} s, and serves on. Everything so far is copied: run the command again when you can stop it; only what changed is carried over then.`,
    { exitCode: BUSY_CODE, cause },
  );

/** `still` says what is as it was. */
export function explainStop(error: unknown, still: string): Error {
  if (error instanceof BackupError || error instanceof StartError) return error;
  return new BackupError(
    `The move stopped (${(error as Error).message}). ${still}: run the command again, it goes on from there.`,
    { cause: error },
  );
}
