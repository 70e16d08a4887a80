/** Message ids of signed webhooks: what was taken once is not taken again. */
import type Database from 'better-sqlite3';
import { MESSAGE_MEMORY } from '../../../model/upkeep/message-memory.ts';
import type { Store } from '../../store.ts';
import type { Tables } from '../tables.ts';

export function sqliteMessages(
  db: Database.Database,
  { write }: Pick<Tables, 'write'>,
): Pick<Store, 'knowsMessage' | 'rememberMessage' | 'rememberMessages'> {
  const insertMessage = db.prepare('INSERT INTO message (site, id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const selectMessage = db.prepare('SELECT 1 FROM message WHERE site = ? AND id = ?').pluck();
  const deleteMessages = db.prepare('DELETE FROM message WHERE at < ?');
  const remember: Store['rememberMessages'] = async (messages) =>
    write(() => {
      if (messages.length === 0) return [];
      deleteMessages.run(Math.min(...messages.map(({ at }) => at)) - MESSAGE_MEMORY);
      return messages.map(({ site, id, at }) => insertMessage.run(site, id, at).changes > 0);
    });
  return {
    knowsMessage: async (site, id) => selectMessage.get(site, id) !== undefined,
    rememberMessage: async (site, id, at) => (await remember([{ site, id, at }]))[0]!,
    rememberMessages: remember,
  };
}
