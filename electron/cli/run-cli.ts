import { CommanderError } from 'commander';
import type { Command } from 'commander';
import { errorExitCodes, errorToJson } from '../../shared/errors.ts';
import type { ErrorJson } from '../../shared/errors.ts';
import type { Language } from '../../shared/text/language.ts';
import type { Answer } from './answer.ts';
import { errorLines } from './error-lines.ts';
import { earlyOptions, globalOptions } from './global-options.ts';
import type { GlobalOptions } from './global-options.ts';
import { writeJson, writeLines, writer } from './output.ts';
import type { Write } from './output.ts';
import { buildProgram } from './program.ts';
import { progressLine, silentProgress } from './progress-line.ts';
import type { TerminalStream } from './progress-line.ts';
import { CliSession } from './session.ts';
import type { OpenEngine } from './session.ts';
import { StdinLines } from './stdin-lines.ts';
import { UsageError, usageErrorOf } from './usage-error.ts';
import { environmentLanguage, languageOption, wordsOf } from './words.ts';
import type { Words } from './words.ts';

/** The outside of the command line. */
export interface CliHost {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: TerminalStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly signal: AbortSignal;
  openEngine(options: GlobalOptions): Promise<OpenEngine>;
}

/** Runs one command line and answers its exit code. Standard output gets the answer and nothing else. */
export async function runCli(args: readonly string[], host: CliHost): Promise<number> {
  const early = earlyOptions(args);
  const words = wordsOf(earlyLanguage(early.lang) ?? environmentLanguage(host.env));
  const teller = new Teller(host, words, early.json);
  let help = '';
  const program = buildProgram({
    words,
    version: host.version,
    run: async (action) => {
      const session = openSession(program, host, words);
      try {
        await teller.answer(await action(session));
      } finally {
        await session.close();
      }
    },
  });
  collectHelp(program, (text) => (help += text));
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) await teller.failure(errorToJson(error));
    else if (isHelp(error)) await teller.help(error, help);
    else await teller.failure(errorToJson(usageErrorOf(error)));
  }
  return teller.exitCode;
}

/** Says what came of the command, once: in JSON mode one document on standard output, whatever happens. */
class Teller {
  exitCode = 0;
  readonly #out: Write;
  readonly #err: Write;
  readonly #words: Words;
  readonly #json: boolean;
  #told = false;

  constructor(host: CliHost, words: Words, json: boolean) {
    this.#out = writer(host.stdout);
    this.#err = writer(host.stderr);
    this.#words = words;
    this.#json = json;
  }

  async answer(answer: Answer): Promise<void> {
    this.exitCode = answer.exitCode ?? 0;
    this.#told = this.#json;
    if (this.#json) {
      const broken = await writeJson(this.#out, answer);
      if (broken !== undefined) this.exitCode = errorExitCodes[broken.code];
    } else await writeLines(this.#out, answer, this.#words);
    if (answer.until !== undefined) this.exitCode = await answer.until;
  }

  async failure(error: ErrorJson): Promise<void> {
    this.exitCode = errorExitCodes[error.code];
    if (this.#json && !this.#told) await this.#out(`${JSON.stringify({ error })}\n`);
    else await this.#err(`${errorLines(this.#words, error).join('\n')}\n`);
    this.#told = true;
  }

  /** Help that was asked for is the answer; help because a command is missing is a usage error. */
  async help(reason: CommanderError, text: string): Promise<void> {
    const wanted = reason.exitCode === 0;
    if (!wanted && this.#json) {
      return await this.failure(errorToJson(new UsageError('missing-argument', { argument: 'command' })));
    }
    if (this.#json) {
      const what = reason.code === 'commander.version' ? 'version' : 'help';
      return await this.#out(`${JSON.stringify({ [what]: text.trimEnd() })}\n`);
    }
    await (wanted ? this.#out : this.#err)(text);
    if (!wanted) this.exitCode = errorExitCodes.usage;
  }
}

/** The language asked for, when there is one; what is wrong with it is told later, by the command. */
function earlyLanguage(given: string | undefined): Language | undefined {
  try {
    return given === undefined ? undefined : languageOption(given);
  } catch {
    return undefined;
  }
}

function openSession(program: Command, host: CliHost, words: Words): CliSession {
  const parsed = globalOptions.safeParse(program.opts());
  if (!parsed.success) throw new UsageError('missing-value', { argument: '--data' });
  const options = parsed.data;
  if (options.lang !== undefined) languageOption(options.lang);
  return new CliSession({
    options,
    words,
    signal: host.signal,
    stdin: new StdinLines(host.stdin),
    progress: options.quiet ? silentProgress : progressLine(host.stderr, words),
    environmentPassword: host.env.TALLYBOOK_PASSWORD,
    openEngine: async () => await host.openEngine(options),
    ask: (text) => void host.stderr.write(text),
    notice: (text) => {
      if (!options.quiet) host.stderr.write(`${text}\n`);
    },
  });
}

function isHelp(error: CommanderError): boolean {
  return ['commander.help', 'commander.helpDisplayed', 'commander.version'].includes(error.code);
}

/** All help of all commands goes to us, and the parser's own error sentences nowhere: they are told in the person's language. */
function collectHelp(command: Command, add: (text: string) => void): void {
  command.exitOverride().configureOutput({ writeOut: add, writeErr: add, outputError: () => undefined });
  for (const child of command.commands) collectHelp(child, add);
}
