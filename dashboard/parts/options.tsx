/** A choice among a few, each said in words of its own: all are seen before one is taken. */
import { say, sayOf } from '../state/words.ts';
import type { Word } from '../state/words.ts';

export function Options(given: {
  legend: string;
  name: string;
  value: string;
  values: readonly string[];
  /** Where its words stand: `GROUP.VALUE`, and `GROUP.VALUE.hint`. */
  group: string;
  onChange?: (value: string) => void;
}) {
  const { legend, name, value, values, group, onChange } = given;
  return (
    <fieldset>
      <legend>{legend}</legend>
      {values.map((one) => (
        <label class="choice" key={one}>
          <input type="radio" name={name} value={one} defaultChecked={one === value} onChange={() => onChange?.(one)} />
          <span>
            {sayOf(group, one)} <span class="help">{say(`${group}.${one}.hint` as Word)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
