/** Every column that holds sealed values, for every engine: a rotation of the key seals them again. */

/** `key` names a row. A test compares this list with the tables' columns of bytes. */
export const SEALED_COLUMNS: readonly { table: string; column: string; key: readonly string[] }[] = [
  { table: 'installation', column: 'key_check', key: ['one'] },
  { table: 'installation', column: 'hash_key', key: ['one'] },
  { table: 'connection', column: 'secrets', key: ['site', 'id'] },
  { table: 'connection', column: 'token', key: ['site', 'id'] },
  { table: 'api_key', column: 'secret', key: ['id'] },
  { table: 'alert_channel', column: 'secrets', key: ['id'] },
  { table: 'orders', column: 'personal', key: ['site', 'order_id'] },
  { table: 'orders', column: 'heard_personal', key: ['site', 'order_id'] },
  { table: 'contact', column: 'personal', key: ['site', 'connection', 'key'] },
  { table: 'quarantine', column: 'body', key: ['site', 'id'] },
  { table: 'quarantine', column: 'arrival', key: ['site', 'id'] },
];

/** What the sealed check of a key holds: any text will do. */
export const KEY_CHECK = 'clickthread';
