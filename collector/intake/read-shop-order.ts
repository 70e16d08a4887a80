/** Step 2 of 5. Turns what a shop's server says of one order into a checked command. Pure. */
import { decodeJourney } from '../../wire/journey.ts';
import type { Command, OrderReply } from './command.ts';
import { readAliases } from './parts/read-aliases.ts';
import { readConsent } from './parts/read-consent.ts';
import { readTouches, readVisitor } from './read-touches.ts';
import type { Site } from '../configuration/sites.ts';
import { isFields, readOrder } from './validate-order.ts';
import { readChangedAt } from './validate-patch.ts';

/** The command, or why the order is refused (then the command keeps it in quarantine). */
export function shopCommand(input: unknown, site: Site, now: number): { command: Command; refused?: OrderReply } {
  const { currency, timezone, id } = site.config;
  const context = { now, timezone, ...(currency === undefined ? {} : { currency }) };
  // The shop alone says which names are one order's: to everybody else's order they are no field.
  const { aliases: names, ...stated } = isFields(input) ? input : { aliases: undefined };
  const { valid, problems, warnings } = readOrder(isFields(input) ? stated : input, context);
  if (!valid) {
    const orderId = isFields(input) && typeof input.orderId === 'string' ? input.orderId.slice(0, 128) : '';
    return {
      command: { type: 'refused', site: id, route: 'orders', body: JSON.stringify(input), errors: problems },
      refused: { type: 'order', orderId, result: 'invalid', errors: problems, warnings, fire: [] },
    };
  }
  const fields = input as Record<string, unknown>;
  const token = decodeJourney(valid.journey);
  const { touches, problems: odd } = readTouches(
    { touches: [...(Array.isArray(fields.touches) ? (fields.touches as unknown[]) : []), ...(token?.touches ?? [])] },
    { now, site },
  );
  const visitor = readVisitor(fields.visitor) ?? readVisitor(token?.visitor);
  const consent = readConsent(fields.consent, (field, message) => void warnings.push({ field, message }));
  const changedAt = readChangedAt(fields, context, warnings);
  const { orderId } = valid.order;
  const aliases = readAliases(names, orderId, (field, message) => void warnings.push({ field, message }));
  return {
    command: {
      type: 'order',
      site: id,
      reporter: 'shop',
      valid,
      warnings: [...warnings, ...odd],
      touches,
      ...(aliases.length > 0 ? { aliases } : {}),
      ...(visitor === undefined ? {} : { visitor }),
      ...(consent ? { consent } : {}),
      ...(changedAt === undefined ? {} : { changedAt }),
    },
  };
}
