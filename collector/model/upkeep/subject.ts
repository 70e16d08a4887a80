/** Who is to be forgotten, and how they are recognised. The store, which looks for them, knows neither key nor spellings. */
export interface Subject {
  by: 'email' | 'phone' | 'customer' | 'visitor';
  /** The plain value, in the spelling that is stored. */
  value: string;
  /** Keyed hashes under which orders and contacts may know the person: `e:`, `p:`, `c:`. */
  names: readonly string[];
  /** The text without the person, whatever the spelling; the same text where it doesn't name them. */
  hide(text: string): string;
  /** Whether sealed fields are the person's. */
  opens(sealed: Buffer): boolean;
  /**
   * Sealed fields by who said them, `owner` being whose word stands: `theirs` where the record's own speakers name the person; without the
   * word of a stranger who does; undefined where nobody does.
   */
  strip(sealed: Buffer, owner: string | undefined): Buffer | null | 'theirs' | undefined;
}
