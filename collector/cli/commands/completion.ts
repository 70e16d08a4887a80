/** `clickthread completion SHELL`: a script that completes commands and options, written from the commands themselves. */
import { Argument, Command } from 'commander';
import type { CommandContext } from '../open-store.ts';
import { print } from '../terminal/print.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** What may follow the words typed so far: `connection` → list, add, …; `connection add` → --type, … */
interface Level {
  path: string;
  words: string[];
}

export function completionCommand(_context: CommandContext): Command {
  const command = new Command('completion')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action((shell: Shell) => {
      let root = command;
      while (root.parent) root = root.parent;
      print(SCRIPTS[shell](levelsOf(root)));
    });
  return command;
}

function levelsOf(command: Command, path = ''): Level[] {
  const visible = command.commands.toSorted((a, b) => (a.name() < b.name() ? -1 : 1));
  // What runs where no subcommand is named is always the list.
  const byDefault = visible.find((inner) => inner.name() === 'list')?.options ?? [];
  const options = [...command.options, ...byDefault].flatMap(({ long }) =>
    long === null || long === undefined ? [] : [long],
  );
  const words = [...visible.map((inner) => inner.name()), ...options, '--help'];
  const below = visible.flatMap((inner) => levelsOf(inner, path === '' ? inner.name() : `${path} ${inner.name()}`));
  return [{ path, words }, ...below];
}

const SCRIPTS: Record<Shell, (levels: readonly Level[]) => string> = { bash, zsh, fish };

/** The words before the cursor, options left out, name the level: shared by bash and zsh. */
function caseOf(levels: readonly Level[]): string {
  const arms = levels
    .filter(({ path }) => path !== '')
    .map(({ path, words }) => `    "${path}"*) choices="${words.join(' ')}" ;;`)
    // The longest path first: "connection add" before "connection".
    .toSorted((a, b) => b.indexOf('"*)') - a.indexOf('"*)'));
  return [...arms, `    *) choices="${levels[0]?.words.join(' ') ?? ''}" ;;`].join('\n');
}

function bash(levels: readonly Level[]): string {
  return `# clickthread completion for bash: eval "$(clickthread completion bash)"
_clickthread() {
  local typed="" word choices
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) typed="\${typed:+$typed }$word" ;; esac
  done
  case "$typed" in
${caseOf(levels)}
  esac
  COMPREPLY=($(compgen -W "$choices" -- "\${COMP_WORDS[COMP_CWORD]}"))
  [ "\${#COMPREPLY[@]}" -gt 0 ] || COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _clickthread clickthread`;
}

function zsh(levels: readonly Level[]): string {
  return `#compdef clickthread
# clickthread completion for zsh: eval "$(clickthread completion zsh)"
_clickthread() {
  local typed="" word choices
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$word" in -*) ;; *) typed="\${typed:+$typed }$word" ;; esac
  done
  case "$typed" in
${caseOf(levels)}
  esac
  compadd -- \${=choices}
  _files
}
compdef _clickthread clickthread`;
}

function fish(levels: readonly Level[]): string {
  const lines = levels.flatMap(({ path, words }) =>
    words.map((word) => {
      const names = path === '' ? [] : path.split(' ');
      const seen = names.map((name) => `__fish_seen_subcommand_from ${name}`).join('; and ');
      const condition = names.length === 0 ? '__fish_use_subcommand' : seen;
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`;
      return `complete -c clickthread -n '${condition}' ${what}`;
    }),
  );
  return ['# clickthread completion for fish: clickthread completion fish | source', ...lines].join('\n');
}
