/** The script element that is running, whatever the page's content is called. */

/** By the prototype's own getter: `<img name="currentScript">` takes the document's. Null in a module. */
export const ownScript = (): HTMLScriptElement | null =>
  Reflect.get(Document.prototype, 'currentScript', document) as HTMLScriptElement | null;
