/** A definition's settings as data, and the types that its functions get from them. */

/** A setting of a connection, as data: validation, masking, forms and documentation read it. */
export interface Setting {
  label: string;
  /** Where to find it, and what it does. */
  help?: string;
  /** Sealed at rest, never shown again, redacted everywhere. */
  secret?: boolean;
  required?: boolean;
  /** Part of the usual set-up: asked for with what is required, though it may be left out. */
  usual?: true;
  /** Default value, as it would stand in the configuration file. */
  default?: string | number | boolean;
  /** The whole value must match; `patternHelp` says the fix in words. */
  pattern?: RegExp;
  patternHelp?: string;
  options?: readonly string[];
  /** Where it takes `{placeholders}`, who fills them in: pages (`browser`) get nothing of a person. A form lists them. */
  placeholders?: 'server' | 'browser';
  /**
   * `text` unless given. `list` is strings, `map` a flat object of strings. `url` is an http(s) base address with an optional
   * path prefix, kept without a trailing slash; `template` is an http(s) address with `{placeholders}` after its host.
   */
  kind?: 'text' | 'number' | 'boolean' | 'map' | 'list' | 'url' | 'template';
}

export type SettingValue = string | number | boolean | string[] | Record<string, string>;

/** Settings after validation: defaults filled in, secrets opened. */
export type Settings = Record<string, SettingValue | undefined>;

/** Settings of a definition by name. */
export type SettingsShape = Readonly<Record<string, Setting>>;

/** The type that one setting's value has after validation. */
type ValueOf<T extends Setting> = T extends { kind: 'number' }
  ? number
  : T extends { kind: 'boolean' }
    ? boolean
    : T extends { kind: 'list' }
      ? string[]
      : T extends { kind: 'map' }
        ? Record<string, string>
        : T extends { options: readonly (infer Option extends string)[] }
          ? Option
          : string;

type Kept<S extends SettingsShape> = {
  [Name in keyof S]: S[Name] extends { required: true } | { default: string | number | boolean } ? Name : never;
}[keyof S];

/**
 * What a definition's functions get as `settings`: every setting by its name and its type. One that is neither required nor has a
 * default may be absent; a name that the definition does not have does not compile.
 */
export type ValuesOf<S extends SettingsShape> = { [Name in Kept<S>]: ValueOf<S[Name]> } & {
  [Name in Exclude<keyof S, Kept<S>>]?: ValueOf<S[Name]>;
};
