/** What a shopper's browser must fire for a cookie tracker: an address or a form. */

/** What a browser-fired destination asks the tag to do, once. */
export type Fire =
  | { kind: 'pixel'; url: string }
  | { kind: 'form'; action: string; fields: Record<string, string>; target: 'frame' | 'page'; button?: string };
