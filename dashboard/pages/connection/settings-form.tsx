/** A form made from a definition's settings. Secrets go in and never come out: left empty they stay as they are. */
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { SettingContent, SettingShown, TypeShown } from '../../../wire/admin/connections.ts';
import { Field, Select } from '../../parts/field.tsx';
import { Conflict } from '../../parts/conflict.tsx';
import { Refused } from '../../state/ask.ts';
import { say } from '../../state/words.ts';

type Contents = Record<string, SettingContent | undefined>;

export function SettingsForm(given: {
  type: TypeShown;
  settings: Contents;
  before?: ComponentChildren;
  after?: ComponentChildren;
  /** What the button says. */
  act?: string;
  /** `over`: somebody has changed it meanwhile, and what is typed here shall stand all the same. */
  onSave: (settings: Contents, form: FormData, over: boolean) => Promise<void>;
}) {
  const { type, settings, before, after, act = say('connections.save'), onSave } = given;
  const [refused, setRefused] = useState<Refused>();
  const [saving, setSaving] = useState(false);
  const [saved, setSaved] = useState(false);
  const typed = useRef<HTMLFormElement>(null);
  const save = (over: boolean): void => {
    const form = new FormData(typed.current!);
    setSaving(true);
    setSaved(false);
    setRefused(undefined);
    onSave(readForm(type.settings, settings, form), form, over)
      .then(() => setSaved(true))
      .catch((error: unknown) => {
        if (error instanceof Refused) setRefused(error);
      })
      .finally(() => setSaving(false));
  };
  // What has a default, and was left at it, need not be read by somebody who wants to begin.
  const isFirst = ({ name, required, usual }: SettingShown): boolean =>
    required === true || usual === true || settings[name] !== undefined;
  const first = type.settings.filter(isFirst);
  const more = type.settings.filter((setting) => !isFirst(setting));
  return (
    <form
      ref={typed}
      class="settings"
      onSubmit={(event) => {
        event.preventDefault();
        save(false);
      }}
    >
      {before}
      {type.docs && (
        <p class="help">
          <a href={type.docs} rel="noreferrer" target="_blank">
            {say('connections.docs', { title: type.title })}
          </a>
        </p>
      )}
      {first.map((setting) => (
        <Setting key={setting.name} setting={setting} value={settings[setting.name]} />
      ))}
      {more.length > 0 && (
        <details>
          <summary>{say('connections.more', { names: more.map(({ label }) => label).join(', ') })}</summary>
          {more.map((setting) => (
            <Setting key={setting.name} setting={setting} value={settings[setting.name]} />
          ))}
        </details>
      )}
      {after}
      <Conflict refused={refused} onMine={() => save(true)} />
      <div class="buttons">
        <button type="submit" class="primary" disabled={saving}>
          {act}
        </button>
        <span role="status">{saved && say('connections.saved')}</span>
      </div>
    </form>
  );
}

function Setting({ setting, value }: { setting: SettingShown; value: SettingContent | undefined }) {
  const { name, label, secret = false, required = false, kind, options, default: usual } = setting;
  const [chosen, setChosen] = useState(String(value ?? usual ?? ''));
  const help = [
    setting.help,
    kind === 'list' ? say('connections.list') : '',
    kind === 'map' ? say('connections.map') : '',
  ]
    .filter(Boolean)
    .join(' · ');
  const choices = kind === 'boolean' ? ['true', 'false'] : options;
  if (choices)
    return (
      <Select
        label={label}
        name={name}
        value={chosen}
        onChange={setChosen}
        choices={[
          ...(usual === undefined && !required ? [{ value: '', label: '–' }] : []),
          ...choices.map((one) => ({ value: one, label: one })),
        ]}
      />
    );
  if (secret)
    return (
      <Field
        label={label}
        name={name}
        secret
        autocomplete="off"
        required={required && value === undefined}
        help={[help, value === undefined ? '' : say('connections.secretKept')].filter(Boolean).join(' · ')}
      />
    );
  return (
    <Field
      label={label}
      name={name}
      defaultValue={textOf(value)}
      required={required}
      help={help}
      {...(usual === undefined ? {} : { placeholder: String(usual) })}
    />
  );
}

/** As a person types it: a list with commas, a map as `name=value`. */
function textOf(value: SettingContent | undefined): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([name, text]) => `${name}=${text}`)
      .join(', ');
  return String(value);
}

/** What is left empty goes back to its default; a secret that is left empty stays. */
export function readForm(shown: readonly SettingShown[], before: Contents, form: Pick<FormData, 'get'>): Contents {
  return Object.fromEntries(
    shown.flatMap(({ name, kind, secret }) => {
      const text = String(form.get(name) ?? '').trim();
      if (text === '') return secret && before[name] !== undefined ? [[name, before[name]]] : [];
      return [[name, contentOf(text, kind)]];
    }),
  );
}

function contentOf(text: string, kind: SettingShown['kind']): SettingContent {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (kind === 'list') return parts;
  if (kind === 'map')
    return Object.fromEntries(
      parts.map((part) => [part.split('=')[0]!.trim(), part.split('=').slice(1).join('=').trim()]),
    );
  if (kind === 'number' && !Number.isNaN(Number(text))) return Number(text);
  return kind === 'boolean' ? text === 'true' : text;
}
