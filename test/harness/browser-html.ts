/** The HTML of pages that are made for one test. */

/** The stub of the documentation: calls before the script has loaded are kept. */
export const STUB =
  'window.clickthread = window.clickthread || function () { (clickthread.q = clickthread.q || []).push(arguments) };';

/** A whole page with the tag as shops paste it. `tag`: address of the site's browser routes; none leaves the tag out. */
export function pageHtml(given: { tag?: string; head?: string; body?: string } = {}): string {
  const { tag, head = '', body = '' } = given;
  const script = tag === undefined ? '' : `<script>${STUB}</script><script async src="${tag}.js"></script>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test</title><link rel="icon" href="data:,">${head}${script}</head><body>${body}</body></html>`;
}

/** An order that needs nothing else; the number tells the tests apart. */
export const smallOrder = (orderId: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...{ orderId, total: '19.95', currency: 'USD', ...more },
});
