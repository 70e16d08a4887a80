/** A cookie tracker's image: the affiliate stands in a cookie on the tracker's own domain, so only the visitor's browser can tell it. */
import { days } from '../lib/duration.ts';
import { defineDestination } from '../kit/destination.ts';
import { fillAddress, placeholderProblem } from '../kit/template.ts';

export default defineDestination({
  name: 'sale-pixel',
  title: 'Sale pixel',
  docs: 'http://fcds.affiliatetracking.net/integration',
  // The tracker's cookie decides whom it credits, so it hears of every order.
  audience: 'every-order',
  transport: 'browser-pixel',
  clickParams: [],
  needs: { consent: ['marketing'] },
  limits: { deadline: days(1) },
  idempotent: false,
  settings: {
    url: {
      label: 'Address of the pixel',
      help: "The src of the image in the tracker's admin panel, with {orderId} and {total} in place of number and amount",
      kind: 'template',
      placeholders: 'browser',
      required: true,
    },
  },
  check: ({ url }) => {
    const message = placeholderProblem(String(url), { browser: true });
    return message === undefined ? [] : [{ field: 'url', message }];
  },
  fire: (report, settings) => ({ kind: 'pixel', url: fillAddress(String(settings['url']), { report, settings }) }),
  testAdvice:
    "Works where the browser sends the tracker's third-party cookie; Safari, Firefox and Brave do not. Test: click an affiliate's link in a clean profile, buy, look into the tracker's commission list.",
});
