/** A way to read one order's story without signing in, for whoever looks after a partner there. Only a hash of what stands in the address is kept. */
export interface StoryLink {
  hash: string;
  site: string;
  orderId: string;
  /** Of the partner who reads it. */
  connection: string;
  madeBy: string;
  madeAt: number;
  expiresAt: number;
}

/** Days that it is good for unless somebody says, and at most. */
export const STORY_LINK_DAYS = { usual: 7, most: 90 };
