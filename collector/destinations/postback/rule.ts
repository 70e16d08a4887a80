/** Generic postback: the owner's rule of success, kept cheap whatever the vendor answers. */

/** A pattern longer than this is no rule but a program. */
const LONGEST = 200;
/** Replies of postbacks are short; an expression sees no more than this, so that even a clumsy one ends at once. */
const SEEN = 1024;

const WRAPPED = /^\/(.+)\/(i?)$/s;

export function statusFits(status: number, allowed: readonly string[]): boolean {
  if (allowed.length === 0) return status >= 200 && status < 300;
  return allowed.some((rule) => rule === String(status) || (rule.endsWith('xx') && rule[0] === String(status)[0]));
}

/** Plain text is looked for as it is; `/…/` and `/…/i` are regular expressions. */
export function ruleMatches(rule: string, body: string): boolean {
  const [, source, flags] = WRAPPED.exec(rule) ?? [];
  return source === undefined ? body.includes(rule) : new RegExp(source, flags).test(body.slice(0, SEEN));
}

/**
 * What is wrong with a rule, or `undefined`. Expressions that can take exponential time on a hostile answer are refused by their shape:
 * a repeated group that itself repeats or chooses, a back-reference, more than two open-ended repetitions.
 */
export function ruleProblem(rule: string): string | undefined {
  if (rule.length > LONGEST) return `is longer than ${LONGEST} characters`;
  const source = WRAPPED.exec(rule)?.[1];
  if (source === undefined) return undefined;
  try {
    new RegExp(source);
  } catch {
    return 'is not a regular expression';
  }
  const bare = source.replace(/\\[^1-9k]/g, 'x').replace(/\[[^\]]*\]/g, 'x');
  if (/\\[1-9k]/.test(bare)) return 'must not refer back to a group';
  if (/\)(?:[*+]|\{\d+,?\d*\})/.test(bare)) return 'must not repeat a group';
  const openEnded = bare.match(/[*+]|\{\d+,\d*\}/g) ?? [];
  return openEnded.length > 2 ? 'must not have more than two open-ended repetitions' : undefined;
}
