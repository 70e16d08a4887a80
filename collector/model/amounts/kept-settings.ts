/**
 * Settings that say how a sale is told (its amount, its commission groups), kept with it when it has been told: a change goes by what they were
 * then. The network knows the sale under the codes and by the amount that it heard, whatever the settings say since.
 */
import type { Delivery } from '../delivery.ts';
import type { Report, VendorFacts } from '../report.ts';

/** The fact that holds them; no definition sees it. */
const KEPT = '(told by)';

/** A definition, as far as it says what it keeps. */
interface Keeping {
  keeps?: readonly string[];
}

type Values = Readonly<Record<string, unknown>>;

/** As a report of a change carries them; null is one that was not set. */
function pickKept({ keeps = [] }: Keeping, settings: Values): NonNullable<Report['toldBy']> {
  return Object.fromEntries(keeps.map((name) => [name, settings[name] ?? null]));
}

/** What is kept with a sale that has been told by these settings. */
export const keepSettings = (definition: Keeping, settings: Values): VendorFacts =>
  definition.keeps === undefined ? {} : { [KEPT]: JSON.stringify(pickKept(definition, settings)) };

/** What a change of a sale is told by; of a sale that is still on its way, the settings of this moment. */
export function readKept(
  definition: Keeping,
  { facts }: Pick<Delivery, 'facts'>,
  settings: Values,
): Pick<Report, 'toldBy'> {
  if (definition.keeps === undefined) return {};
  const kept = facts?.[KEPT];
  return { toldBy: kept === undefined ? pickKept(definition, settings) : (JSON.parse(kept) as Report['toldBy']) };
}

/** The settings with those that the sale was told by. */
export function settingsAsTold<S extends Values>(settings: S, { toldBy }: Pick<Report, 'toldBy'>): S {
  if (toldBy === undefined) return settings;
  const merged = Object.entries({ ...settings, ...toldBy });
  return Object.fromEntries(merged.filter(([, value]) => value !== null)) as S;
}
