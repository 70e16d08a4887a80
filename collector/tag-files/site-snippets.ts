/** What a shop puts into its pages, line by line, for the site as it is set up. Pure. */
import { FIRST_QUESTIONS as WORDS } from '../../wire/text/first-questions.ts';
import type { LineName } from '../../wire/admin/start.ts';
import type { SiteConfig } from '../configuration/site-schema.ts';

export interface Snippet {
  name: LineName;
  title: string;
  text: string;
}

/** `collector` is where browsers find its routes, `https://t.shop.example/t`. */
export function siteSnippets(
  { id, consent, tag }: Pick<SiteConfig, 'id' | 'consent' | 'tag'>,
  collector: string,
): Snippet[] {
  const line = (name: LineName, text: string): Snippet => ({ name, title: WORDS[`lines.${name}`], text });
  return [
    line('tag', scriptTag(collector, id)),
    ...(consent === 'wait' ? [line('consent', CONSENT)] : []),
    line(tag.detect ? 'thanks.found' : 'thanks', THANK_YOU),
  ];
}

export const scriptTag = (collector: string, site: string): string =>
  `<script async src="${collector}/${site}.js"></script>`;

const STUB =
  'window.clickthread = window.clickthread || function () { (clickthread.q = clickthread.q || []).push(arguments) };';

const CONSENT = `<script>
  ${STUB}
  clickthread('consent', { marketing: true }); // false where the visitor says no
</script>`;

const THANK_YOU = `<script>
  ${STUB}
  clickthread('conversion', { orderId: 'O1234567', total: '112.00', currency: 'USD' });
</script>`;
