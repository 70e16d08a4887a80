/** A refused request as the page Live shows it. */
import type { LiveRefusal } from '../../../wire/admin/orders.ts';
import { isFields } from '../../intake/validate-order.ts';
import type { Seal } from '../../lib/seal.ts';
import type { Quarantined } from '../../model/quarantined.ts';
import { parseJson } from '../../privacy/subject.ts';
import { viewQuarantined } from '../quarantine.ts';
import { hidePerson } from './hide-person.ts';

export function viewRefusal(row: Quarantined, seal: Seal): LiveRefusal {
  const body = seal.open(row.body);
  const fields = parseJson(body);
  const visitor = isFields(fields) ? fields.visitor : undefined;
  // What was wrong is told with the words that were sent.
  const errors = row.errors.map(({ field, message }) => ({ field, message: hidePerson(message) }));
  return {
    ...{ ...viewQuarantined(row), errors, body: hidePerson(body) },
    browsers: typeof visitor === 'string' ? [visitor.slice(0, 64)] : [],
  };
}
