/** Part `page`. Who the shop says that this visitor is, by its signature: so a click of the phone is found from an order of the laptop. */
import { fingerprint } from '../../wire/fingerprint.ts';
import { postJson } from '../beacon.ts';
import { isGranted } from '../consent.ts';
import { readJourney } from '../journey-cookie.ts';
import { TIED } from '../names.ts';
import { guard } from '../say.ts';
import { consent, site } from '../state.ts';
import { storage } from '../storage.ts';

/** Once a sign-in of a visitor: pages sign it anew each time that they are made. */
export async function tieCustomer(): Promise<void> {
  const identity = site.identity;
  const [, visitor] = (readJourney() ?? '').split('^');
  if (!isGranted() || !identity?.signature || !visitor) return;
  const told = fingerprint([visitor, identity.customerId, identity.email].join('^'));
  const kept = storage as Record<string, unknown>;
  if (kept[TIED] == told) return;
  const [, response] = await postJson('/touch', { visitor, touches: [], consent, identity });
  // A full storage forgets it, and the next page says it again.
  if (response?.ok) guard(() => (kept[TIED] = told))();
}
