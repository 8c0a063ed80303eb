import type { Command } from 'commander';
import { usageError } from '../command-error.ts';
import type { Verb } from '../commands/verb.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { profileFile, readProfiles } from '../profile/profile-file.ts';

/** A command by its words, with what may follow: subcommands and options. */
interface Place {
  readonly words: readonly string[];
  readonly next: readonly { readonly word: string; readonly about: string }[];
}

/** What may follow an option, by its name. */
type Values = Readonly<Record<string, readonly string[]>>;

type Script = (places: readonly Place[], values: Values) => string;

export function completing(program: Command): Verb {
  return {
    async run({ output, env }: Context, _options: object, shell: string) {
      const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
      if (script === undefined) throw usageError(`the shell must be ${Object.keys(SCRIPTS).join(', ')}, got ${shell}`);
      output.out.write(script(placesOf(program, []), { '--profile': profileNames(env), '--stage': ['local'] }));
      return EXIT.finished;
    },
  };
}

/** Only names that a shell takes as one word. None if the file cannot be read, since that must not stop a shell from starting. */
function profileNames(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    return Object.keys(readProfiles(profileFile(env))).filter((name) => /^[\w.@-]+$/.test(name));
  } catch {
    return [];
  }
}

function placesOf(
  command: Command,
  words: readonly string[],
  inherited: readonly { word: string; about: string }[] = [],
): readonly Place[] {
  const own = command.options.filter(({ long }) => long !== undefined && long !== '--version');
  const options = [...own.map(({ long, description }) => ({ word: long ?? '', about: description })), ...inherited];
  const commands = command.commands.map((each) => ({ word: each.name(), about: each.description() }));
  const here = { words, next: [...commands, ...options] };
  const shared = words.length === 0 ? options : inherited;
  return [here, ...command.commands.flatMap((each) => placesOf(each, [...words, each.name()], shared))];
}

const listOf = ({ next }: Place) => next.map(({ word }) => word).join(' ');
const pathOf = ({ words }: Place) => words.join(' ');

function casesOf(values: Values, action: (words: readonly string[]) => string): string {
  return Object.entries(values)
    .map(([option, words]) => `    ${option}) ${action(words)} ;;`)
    .join('\n');
}

const bash: Script = (places, values) => `# eval "$(reprocess completion bash)"
_reprocess() {
  local word="\${COMP_WORDS[COMP_CWORD]}" path="" each
  case "\${COMP_WORDS[COMP_CWORD-1]}" in
${casesOf(values, (words) => `COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$word")); return`)}
  esac
  for each in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$each" in -*) ;; *) path="\${path:+$path }$each" ;; esac
  done
  local next=""
  while :; do
    case "$path" in
${places.map((place) => `      "${pathOf(place)}") next="${listOf(place)}"; break ;;`).join('\n')}
      *' '*) path="\${path% *}" ;;
      *) path="" ;;
    esac
  done
  COMPREPLY=($(compgen -W "$next" -- "$word"))
}
complete -o default -F _reprocess reprocess
`;

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

const zsh: Script = (places, values) => `#compdef reprocess
# eval "$(reprocess completion zsh)"
_reprocess() {
  local entered="" each
  local -a next
  case "\${words[CURRENT-1]}" in
${casesOf(values, (words) => `compadd -- ${words.join(' ')}; return`)}
  esac
  for each in "\${(@)words[2,CURRENT-1]}"; do
    [[ "$each" == -* ]] || entered="\${entered:+$entered }$each"
  done
  while :; do
    case "$entered" in
${places.map((place) => `      ${quoted(pathOf(place))}) next=(${place.next.map(({ word, about }) => quoted(`${word.replaceAll(':', '\\:')}:${about}`)).join(' ')}); break ;;`).join('\n')}
      *' '*) entered="\${entered% *}" ;;
      *) entered="" ;;
    esac
  done
  _describe 'reprocess' next
  _files
}
compdef _reprocess reprocess
`;

const fish: Script = (places, values) => `# reprocess completion fish | source
function __reprocess_path
  set -l path
  for each in (commandline -opc)[2..]
    string match -q -- '-*' $each; or set -a path $each
  end
  echo "$path"
end
${places.flatMap((place) => place.next.map((next) => fishLine(place, next, values[next.word]))).join('\n')}
`;

function fishLine(place: Place, { word, about }: Place['next'][number], values?: readonly string[]): string {
  const path = pathOf(place);
  // Whatever follows a command without subcommands is its arguments.
  const test =
    path === '' ? `test -z (__reprocess_path)` : `string match -q -- ${quoted(`${path}*`)} (__reprocess_path)`;
  const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`;
  const value = values === undefined ? '' : ` -x -a ${quoted(values.join(' '))}`;
  return `complete -c reprocess -n ${quoted(test)} ${what}${value} -d ${quoted(about)}`;
}

const SCRIPTS: Readonly<Record<string, Script>> = { bash, zsh, fish };
