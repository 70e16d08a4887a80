/** Late part. Fills hidden fields with the click id, so that a shop's own back end gets it with the order. */
import { encodeJourney } from '../../wire/journey.ts';
import { rootElement } from './own.ts';
import type { Journey } from '../../wire/journey.ts';

/** `<input type="hidden" data-clickthread="irclickid">`, or `journey`. Without a journey they are emptied. */
export const fillFields = (journey?: Journey): void =>
  rootElement()
    .querySelectorAll<HTMLInputElement>('input[data-clickthread]')
    .forEach((input) => {
      const name = input.dataset.clickthread!.toLowerCase();
      let value = journey ? input.value : '';
      for (const touch of journey?.touches ?? []) if (touch.param == name) ({ value } = touch);
      input.value = journey && name == 'journey' ? encodeJourney(journey) : value;
    });
