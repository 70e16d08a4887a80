/** PostgreSQL 15: how far a move to this database or away from it is: collectors begin on no half of one, and on nothing that was left. */

export default {
  id: 15,
  name: 'move-state',
  sql: `
CREATE TABLE move_state (
  one bigint PRIMARY KEY CHECK (one = 1),
  state text NOT NULL,
  place text NOT NULL,
  at bigint NOT NULL
);
-- Until now the audit log alone said that one was finished.
INSERT INTO move_state (one, state, place, at) SELECT 1, 'arrived', '', at FROM audit WHERE action = 'move' ORDER BY at DESC LIMIT 1;
`,
};
