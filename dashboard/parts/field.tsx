/** A labelled field of a form. */
import { useId } from 'preact/hooks';

interface FieldProps {
  label: string;
  name: string;
  help?: string;
  /** What it holds at first. */
  defaultValue?: string | undefined;
  required?: boolean;
  maxLength?: number;
  inputMode?: 'decimal';
  autocomplete?: 'off';
  /** It is written and never shown. */
  secret?: boolean;
  pattern?: string;
  placeholder?: string;
  /** What may be chosen instead of being typed. */
  list?: readonly string[];
}

export function Field({ label, help, secret = false, list = [], ...rest }: FieldProps) {
  const id = useId();
  const input = {
    id,
    ...(help ? { 'aria-describedby': `${id}-help` } : {}),
    ...(list.length > 0 ? { list: `${id}-list` } : {}),
    ...rest,
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {secret ? <input type="password" {...input} /> : <input type="text" {...input} />}
      {list.length > 0 && (
        <datalist id={`${id}-list`}>
          {list.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
      {help && (
        <p class="help" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}

export interface Choice {
  value: string;
  label: string;
}

export function Select(given: {
  label: string;
  name?: string;
  value: string;
  choices: readonly Choice[];
  onChange?: (value: string) => void;
}) {
  const { label, name, value, choices, onChange } = given;
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        name={name}
        value={value}
        onChange={(event) => onChange?.((event.currentTarget as HTMLSelectElement).value)}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </div>
  );
}
