/** What the document has by its own prototypes, whatever the page's content is called: `<img name="scripts">` takes the document's. */

/** A value of the document; its methods are to be called with it. https://html.spec.whatwg.org/#dom-document-nameditem */
export const readOwn = <K extends keyof Document>(name: K): Document[K] =>
  Reflect.get(Document.prototype, name, document) as Document[K];

/** The root element, whose methods no content can hide. */
export const rootElement = (): HTMLElement => readOwn('documentElement');
