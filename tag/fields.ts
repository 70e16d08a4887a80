/** Fills hidden fields with the click id, so that a shop's own back end gets it with the order. */
import { encodeJourney } from './journey.ts';
import type { Journey } from './journey.ts';

/** `<input type="hidden" data-clickthread="irclickid">`, or `journey`. Without a journey they are emptied. */
export function fillFields(journey?: Journey): void {
  document.querySelectorAll<HTMLInputElement>('input[data-clickthread]').forEach((input) => {
    const name = input.dataset.clickthread!.toLowerCase();
    const touch = journey?.touches.filter(({ param }) => param == name).pop();
    const value = journey && (name == 'journey' ? encodeJourney(journey) : touch?.value);
    if (value ?? !journey) input.value = value ?? '';
  });
}
