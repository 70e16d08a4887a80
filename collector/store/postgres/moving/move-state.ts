/**
 * How far a move is, in words that only this database keeps: they don't go along with what is moved.
 *
 * `arriving` → `arrived`: everything came from a data folder. → `gone`: everything went to one.
 * Collectors and commands begin where nothing was ever moved, or all has arrived.
 */
import { StartError } from '../../start-error.ts';
import type { Sql } from '../database.ts';

export interface MoveState {
  state: 'arriving' | 'arrived' | 'gone';
  /** Where it goes, for a move away. */
  place: string;
}

export const readMoveState = (sql: Sql): Promise<MoveState | undefined> =>
  sql.row<MoveState>('SELECT state, place FROM move_state');

export async function keepMoveState(sql: Sql, { state, place }: MoveState, at: number): Promise<void> {
  await sql.run(
    `INSERT INTO move_state (one, state, place, at) VALUES (1, $1, $2, $3)
     ON CONFLICT (one) DO UPDATE SET state = excluded.state, place = excluded.place, at = excluded.at`,
    [state, place, at],
  );
}

/** Throws where a collector would work on half of the data, or on data that is kept elsewhere by now. `place` names this database. */
export async function refuseMoved(sql: Sql, place: string): Promise<void> {
  const move = await readMoveState(sql);
  if (move?.state === 'arriving')
    throw new StartError(
      `A move to ${place} is not finished: run "clickthread move" again, with DATABASE_URL unset. Until then the data folder is what counts.`,
    );
  if (move?.state === 'gone')
    throw new StartError(
      `The data of ${place} was moved to ${move.place}: unset DATABASE_URL, and set CLICKTHREAD_DATA to the folder of that file.`,
    );
}
