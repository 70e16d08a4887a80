/** Asks for a connection's settings, one question a setting, as its definition describes them. */
import { FIRST_QUESTIONS } from '../../wire/text/first-questions.ts';
import type { Catalogue } from '../catalogue.ts';
import { listPlaceholders } from '../kit/template.ts';
import { readSetting } from '../kit/setting-value.ts';
import type { Setting, SettingValue } from '../kit/setting.ts';
import { MASK } from '../kit/validate-settings.ts';
import type { Prompts } from './terminal/prompts.ts';

interface Definition {
  title: string;
  docs?: string;
  settings: Record<string, Setting>;
}

/** Every type that a connection may have, by title: the shop first, which knows every order and refund; or only what is told of its orders. */
export function askType(
  prompts: Prompts,
  { destinations, sources, platforms }: Catalogue,
  { told = false }: { told?: boolean } = {},
): Promise<string> {
  const shops = sources.map(({ name, title }) => ({
    ...{ value: name, label: title, hint: 'your shop: tells us of every order and refund' },
  }));
  const options = [
    ...(told ? [] : shops),
    ...destinations.map(({ name, title, audience }) => ({
      value: name,
      label: title,
      hint: audience === 'attributed' ? 'is told of the orders it earned' : 'is told of every order',
    })),
    ...platforms.map(({ name, title }) => ({ value: name, label: title, hint: 'is given the list of a source' })),
  ];
  return prompts.select({ message: FIRST_QUESTIONS.which, options });
}

/** Required settings and those of the usual set-up; the rest only if the owner wants to see them. */
export async function askSettings(definition: Definition, prompts: Prompts): Promise<Record<string, unknown>> {
  const all = Object.entries(definition.settings);
  const isFirst = ({ required, usual }: Setting): boolean => required === true || usual === true;
  const first = all.filter(([, setting]) => isFirst(setting));
  const more = all.filter(([, setting]) => !isFirst(setting));
  const answers: Record<string, unknown> = {};
  if (definition.docs) prompts.note(definition.docs, `Where to find things at ${definition.title}`);
  const filled = all.find(([, { placeholders }]) => placeholders)?.[1].placeholders;
  if (filled) prompts.note(listPlaceholders({ browser: filled === 'browser' }), 'What may stand in templates');
  await ask(first);
  const labels = more.map(([, { label }]) => label).join(', ');
  if (more.length === 0) return answers;
  if (!(await prompts.confirm({ message: `Change what has a default? (${labels})`, initial: false }))) return answers;
  await ask(more);
  return answers;

  async function ask(settings: typeof all): Promise<void> {
    for (const [name, setting] of settings) {
      const answer = await askOne(setting, prompts);
      if (answer !== '' || setting.required) answers[name] = answer;
    }
  }
}

async function askOne(setting: Setting, prompts: Prompts): Promise<unknown> {
  const { label, help, options } = setting;
  const message = help === undefined ? label : `${label} – ${help}`;
  const initial = setting.default === undefined ? undefined : String(setting.default);
  if (setting.kind === 'boolean') return prompts.confirm({ message, initial: setting.default === true });
  if (options) {
    const none = setting.required ? [] : [{ value: '', label: 'none' }];
    const listed = [...none, ...options.map((value) => ({ value, label: value }))];
    return prompts.select({ message, options: listed, ...(initial === undefined ? {} : { initial }) });
  }
  if (setting.kind === 'map') return askMap(setting, message, prompts);
  return prompts.text({
    message: setting.kind === 'list' ? `${message} (separated by commas)` : message,
    ...(initial === undefined ? {} : { initial }),
    ...(setting.secret ? { secret: true } : {}),
    check: (answer) => problemOf(setting, answer),
  });
}

/** `name=value` pairs, in one line: maps are rare in a first connection. */
async function askMap(setting: Setting, message: string, prompts: Prompts): Promise<unknown> {
  const pairs = (text: string): [string, string][] =>
    text
      .split(';')
      .filter((pair) => pair.includes('='))
      .map((pair) => [pair.slice(0, pair.indexOf('=')).trim(), pair.slice(pair.indexOf('=') + 1).trim()]);
  const text = await prompts.text({
    message: `${message} (name=value; name=value)`,
    ...(setting.secret ? { secret: true } : {}),
    check: (answer) => (answer.trim() === '' ? undefined : problemOf(setting, Object.fromEntries(pairs(answer)))),
  });
  return text.trim() === '' ? '' : Object.fromEntries(pairs(text));
}

function problemOf(setting: Setting, answer: string | Record<string, SettingValue>): string | undefined {
  if (answer === '') return setting.required ? `${setting.label} is required` : undefined;
  const read = readSetting(setting, answer, MASK);
  if ('value' in read) return undefined;
  return read.problems.map(({ field, message }) => `${field} ${message}`.trim()).join('; ');
}
