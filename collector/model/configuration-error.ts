/** What is wrong with a configuration, all problems at once. */
import type { Problem } from '../../wire/problem.ts';

/** Thrown with everything that is wrong. */
export class ConfigurationError extends Error {
  /** `line`: where it stands in a file. */
  problems: (Problem & { line?: number })[];
  constructor(message: string, problems: (Problem & { line?: number })[]) {
    const place = (line: number | undefined): string => (line === undefined ? '' : `line ${line}: `);
    super(
      [message, ...problems.map(({ field, message: text, line }) => `  ${place(line)}${field}: ${text}`)].join('\n'),
    );
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}

/** There is no such site, connection or alert channel. */
export class UnknownName extends Error {
  override name = 'UnknownName';
  field: 'site' | 'connection' | 'alert' | 'comparison';
  constructor(field: 'site' | 'connection' | 'alert' | 'comparison', message: string) {
    super(message);
    this.field = field;
  }
}
