/** A cookie tracker's form: hidden fields that the visitor's browser posts to the tracker's logging script. */
import { defineDestination } from '../kit/destination.ts';
import type { Settings } from '../kit/setting.ts';
import { fillAddress, fillText, placeholderProblem } from '../kit/template.ts';
import { days } from '../lib/duration.ts';

const fieldsOf = ({ fields }: Settings): [string, string][] =>
  typeof fields === 'object' && !Array.isArray(fields) ? Object.entries(fields) : [];

export default defineDestination({
  name: 'sale-form',
  title: 'Sale form',
  docs: 'http://fcds.affiliatetracking.net/integration',
  audience: 'every-order',
  transport: 'browser-form',
  clickParams: [],
  needs: { consent: ['marketing'] },
  limits: { deadline: days(1) },
  idempotent: false,
  settings: {
    action: {
      label: 'Address of the logging script',
      help: "The action of the form in the tracker's admin panel",
      kind: 'template',
      required: true,
    },
    fields: {
      label: 'Hidden fields',
      help: 'Names as the tracker expects them, values with placeholders: id: "{orderId}", amount: "{total}"',
      placeholders: 'browser',
      kind: 'map',
      required: true,
    },
    target: {
      label: 'Where the answer goes',
      help: "frame: a hidden frame, the shopper stays; page: a button takes the shopper to the tracker, which must be set up to redirect to the shop's thank-you page",
      options: ['frame', 'page'],
      default: 'frame',
    },
    button: { label: 'Text of the button', help: 'Shown where the target is page', default: 'Click to Continue' },
  },
  check: (settings) => {
    const templates: [string, string][] = [
      ['action', String(settings['action'])],
      ...fieldsOf(settings).map(([name, value]): [string, string] => [`fields.${name}`, value]),
    ];
    return templates.flatMap(([field, template]) => {
      const message = placeholderProblem(template, { browser: true });
      return message === undefined ? [] : [{ field, message }];
    });
  },
  fire: (report, settings) => {
    const filled = fieldsOf(settings).flatMap(([name, template]): [string, string][] => {
      const value = fillText(template, { report, settings });
      return value === undefined ? [] : [[name, value]];
    });
    const form = {
      kind: 'form' as const,
      action: fillAddress(String(settings['action']), { report, settings }),
      fields: Object.fromEntries(filled),
    };
    if (settings['target'] !== 'page') return { ...form, target: 'frame' };
    return { ...form, target: 'page', button: String(settings['button']) };
  },
  testAdvice:
    'With target page the tracker must redirect to the thank-you page: Inventory → Conversion Tracking Codes → Edit → Tracking Code tab → Redirection URL.',
});
