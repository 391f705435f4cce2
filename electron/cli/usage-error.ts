import type { CommanderError } from 'commander';
import { AppError } from '../../shared/errors.ts';
import type { ErrorParams } from '../../shared/errors.ts';

/** What was wrong with the way a command was given; each has its sentence in the texts under `usage`. */
export type UsageProblem =
  | 'unknown-command'
  | 'unknown-option'
  | 'missing-argument'
  | 'missing-value'
  | 'too-many-arguments'
  | 'not-one-of'
  | 'not-together'
  | 'one-of-needed'
  | 'not-a-number'
  | 'password-argument'
  | 'password-in-url'
  | 'stdin-empty'
  | 'nothing-to-change'
  | 'file-unreadable'
  | 'file-exists'
  | 'file-unwritable'
  | 'wrong-usage';

/** A command given in a way that cannot be carried out. Its parameters never repeat a value that may be a secret. */
export class UsageError extends AppError {
  constructor(problem: UsageProblem, params: ErrorParams = {}) {
    super('usage', { problem, ...params });
  }
}

/** What the parser found wrong, as our error. The parser's own sentences are English and can repeat what was typed, so only names are taken from them. */
export function usageErrorOf(error: CommanderError): UsageError {
  const suggestion = /\(Did you mean (?:one of )?(.*?)\?\)/.exec(error.message)?.[1] ?? null;
  const quoted = /'([^\n]*)'/.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownCommand':
      return new UsageError('unknown-command', { argument: quoted.slice(0, 60), suggestion });
    case 'commander.unknownOption':
      return unknownOption(quoted, suggestion);
    case 'commander.missingArgument':
      return new UsageError('missing-argument', { argument: quoted });
    case 'commander.optionMissingArgument':
      return new UsageError('missing-value', { argument: quoted.split(' ')[0] ?? quoted });
    case 'commander.excessArguments':
      return new UsageError('too-many-arguments', { expected: Number(/Expected (\d+)/.exec(error.message)?.[1] ?? 0) });
    default:
      return new UsageError('wrong-usage');
  }
}

/** A password in an argument is visible to every user of the computer, so it is refused with the ways that are not. */
function unknownOption(given: string, suggestion: string | null): UsageError {
  const argument = given.split('=')[0] ?? given;
  if (/^--?(pass|pw|secret)/i.test(argument)) return new UsageError('password-argument', { argument });
  return new UsageError('unknown-option', { argument: argument.slice(0, 60), suggestion });
}
