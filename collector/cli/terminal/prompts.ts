/** Questions at a terminal, as data: clack draws them, tests answer them. */
import * as clack from '@clack/prompts';
import { Cancelled } from '../command-error.ts';

export interface Prompts {
  intro(title: string): void;
  note(text: string, title: string): void;
  outro(text: string): void;
  /** `check` gives the problem with an answer, or undefined. */
  text(question: {
    message: string;
    placeholder?: string;
    initial?: string;
    secret?: boolean;
    check?: (answer: string) => string | undefined;
  }): Promise<string>;
  select(question: {
    message: string;
    options: { value: string; label: string; hint?: string }[];
    initial?: string;
  }): Promise<string>;
  confirm(question: { message: string; initial?: boolean }): Promise<boolean>;
}

/** Undefined where nobody can answer: input or output is no terminal. */
export function terminalPrompts(): Prompts | undefined {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined;
  return {
    intro: (title) => clack.intro(title),
    note: (text, title) => clack.note(text, title),
    outro: (text) => clack.outro(text),
    async text({ message, placeholder, initial, secret, check }) {
      const validate = (answer: string | undefined): string | undefined => check?.(answer ?? '');
      const answer = secret
        ? await clack.password({ message, validate })
        : await clack.text({
            message,
            validate,
            ...(placeholder === undefined ? {} : { placeholder }),
            ...(initial === undefined ? {} : { initialValue: initial }),
          });
      return answered(answer) ?? '';
    },
    async select({ message, options, initial }) {
      return answered(
        await clack.select({ message, options, ...(initial === undefined ? {} : { initialValue: initial }) }),
      );
    },
    async confirm({ message, initial }) {
      return answered(await clack.confirm({ message, initialValue: initial ?? true }));
    },
  };
}

function answered<T>(answer: T): Exclude<T, symbol> {
  if (clack.isCancel(answer)) throw new Cancelled();
  return answer as Exclude<T, symbol>;
}
