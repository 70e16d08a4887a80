/** Who a visitor is: what the collector's own cookie says. What a page says is a name of its own kind, which never meets the cookie's. Pure. */

/** No id of a cookie begins with it, so that no hint ever reaches the visitor whom a cookie names. */
const COOKIELESS = '~';

/** The visitor of a request that brought no cookie, by the id that its page holds. */
export const cookielessVisitor = (hint: string): string => COOKIELESS + hint;

/** The id that the page of a cookieless visitor holds; undefined for a visitor whom a cookie names. */
export const hintOf = (visitor: string): string | undefined =>
  visitor.startsWith(COOKIELESS) ? visitor.slice(COOKIELESS.length) : undefined;

/** Both names of one id: a shop names its visitor as the page does, whether a cookie came or not. */
export const namesOf = (visitor: string): string[] => {
  const bare = hintOf(visitor) ?? visitor;
  return [bare, cookielessVisitor(bare)];
};

/** Under which a withdrawal is kept for those whom a hand-over joined to the visitor who withdrew, on another of the site's domains. */
export const joinedName = (visitor: string): string => `v:${visitor}`;

/** Every name by which a withdrawal of the visitor is looked up. */
export const withdrawalNames = (visitor: string): string[] => [
  ...namesOf(visitor),
  ...namesOf(visitor).map(joinedName),
];
