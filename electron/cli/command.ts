import { Option } from 'commander';
import type { Command } from 'commander';
import type { Answer } from './answer.ts';
import type { CliSession } from './session.ts';
import { UsageError } from './usage-error.ts';
import type { CliKey, Words } from './words.ts';

/** How an option is given: without a value, with one, with one of a set, or several times. */
type OptionKind = 'flag' | 'text' | 'choice' | 'list';

/** One option of a command. */
export interface OptionSpec<K extends OptionKind, V extends string = string> {
  readonly kind: K;
  readonly flags: string;
  readonly about: CliKey;
  readonly choices: readonly V[];
}

/** An option without a value. */
export const flag = (flags: string, about: CliKey): OptionSpec<'flag'> => ({ kind: 'flag', flags, about, choices: [] });
/** An option with a value. */
export const text = (flags: string, about: CliKey): OptionSpec<'text'> => ({ kind: 'text', flags, about, choices: [] });
/** An option that can be given several times, one value each. */
export const list = (flags: string, about: CliKey): OptionSpec<'list'> => ({ kind: 'list', flags, about, choices: [] });
/** An option whose value is one of a few words. */
export const choice = <const V extends string>(
  flags: string,
  about: CliKey,
  choices: readonly V[],
): OptionSpec<'choice', V> => ({ kind: 'choice', flags, about, choices });

type Specs = Readonly<Record<string, OptionSpec<OptionKind>>>;
type ValueOf<S> =
  S extends OptionSpec<'flag'>
    ? boolean
    : S extends OptionSpec<'list'>
      ? readonly string[]
      : S extends OptionSpec<'choice', infer V>
        ? V | undefined
        : string | undefined;

/** The values of a command's options. */
export type Values<O extends Specs> = { readonly [K in keyof O]: ValueOf<O[K]> };
type ArgumentValues<A extends readonly string[]> = {
  readonly [I in keyof A]: A[I] extends `<${string}>` ? string : string | undefined;
};

/** What a command is: its words, its arguments and options, and what it does. */
export interface CommandSpec<A extends readonly string[], O extends Specs> {
  readonly name: string;
  readonly about: CliKey;
  /** `<needed>` and `[optional]` arguments in order. */
  readonly args?: A;
  readonly options?: O;
  /** Argument lines shown under "Examples", without the program's name. */
  readonly examples: readonly string[];
  run(session: CliSession, args: ArgumentValues<A>, options: Values<O>): Promise<Answer>;
}

/** Runs a command's action once a session exists for it; the only way from a parsed command to the engine. */
export type Runner = (action: (session: CliSession) => Promise<Answer>) => Promise<void>;

/** What command areas build with. */
export interface CommandKit {
  readonly words: Words;
  readonly run: Runner;
}

/** Adds a group of commands such as `student`. */
export function addGroup(parent: Command, kit: CommandKit, name: string, about: CliKey): Command {
  return parent.command(name).description(kit.words.t(about)).helpCommand(false);
}

/** Adds one command. */
export function addCommand<const A extends readonly string[] = readonly [], O extends Specs = Specs>(
  parent: Command,
  kit: CommandKit,
  spec: CommandSpec<A, O>,
): void {
  const { words } = kit;
  const command = parent.command([spec.name, ...(spec.args ?? [])].join(' ')).description(words.t(spec.about));
  const keys = new Map<string, OptionSpec<OptionKind>>();
  for (const [key, option] of Object.entries(spec.options ?? {})) {
    const made = new Option(option.flags, words.t(option.about));
    if (made.attributeName() !== key) throw new Error(`option ${option.flags} is not named ${key}`);
    if (option.kind === 'list')
      made.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
    command.addOption(made);
    keys.set(key, option);
  }
  command.addHelpText('after', () => exampleText(words, spec.examples));
  command.action(async () => {
    const given = command.opts<Record<string, unknown>>();
    const values = Object.fromEntries([...keys].map(([key, option]) => [key, valueOf(option, given[key])]));
    await kit.run(async (session) => await spec.run(session, argumentValues<A>(command), values as Values<O>));
  });
}

function argumentValues<A extends readonly string[]>(command: Command): ArgumentValues<A> {
  const values: readonly unknown[] = command.processedArgs;
  return values as ArgumentValues<A>;
}

function valueOf(option: OptionSpec<OptionKind>, given: unknown): unknown {
  switch (option.kind) {
    case 'flag':
      return given === true;
    case 'list':
      return given ?? [];
    case 'text':
      return given;
    case 'choice':
      if (typeof given === 'string' && !option.choices.includes(given)) {
        const argument = option.flags.split(' ')[0] ?? option.flags;
        throw new UsageError('not-one-of', { argument, choices: option.choices.join(', ') });
      }
      return given;
  }
}

function exampleText(words: Words, examples: readonly string[]): string {
  return ['', words.t('usage.examples'), ...examples.map((example) => `  tallybook ${example}`)].join('\n');
}
