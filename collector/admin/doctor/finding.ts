/** What the doctor has to say of one thing. */

export interface Finding {
  /** What was looked at: `data folder`, `connection shop/impact`. */
  area: string;
  level: 'ok' | 'warn' | 'fail';
  message: string;
  /** What to do; absent where all is well. */
  fix?: string;
}
