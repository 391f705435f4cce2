import { Command } from 'commander';
import { addCatalogCommands } from './catalog-commands.ts';
import { addClassCommands } from './class-commands.ts';
import type { CommandKit } from './command.ts';
import { addConnectionCommands } from './connection-commands.ts';
import { addDeviceCommands } from './device-commands.ts';
import { addGroupCommands } from './group-commands.ts';
import { addHistoryCommands } from './history-commands.ts';
import { addPinCommands } from './pin-commands.ts';
import { addPlanCommands } from './plan-commands.ts';
import { addReasonCommands } from './reason-commands.ts';
import { addRecoveryCommands } from './recovery-commands.ts';
import { addScoreCommands } from './score-commands.ts';
import { addServeCommand } from './serve-command.ts';
import { addServerCommands } from './server-commands.ts';
import { addSettlementCommands } from './settlement-commands.ts';
import { addStudentCommands } from './student-commands.ts';
import { addSyncCommands } from './sync-commands.ts';
import { addSystemCommands } from './system-commands.ts';
import { addWatchCommand } from './watch-command.ts';
import type { Words } from './words.ts';

/** The whole command line: its global options and every command. */
export function buildProgram(kit: CommandKit & { readonly version: string }): Command {
  const { words } = kit;
  const program = new Command('tallybook')
    .description(words.t('about.program'))
    .version(kit.version, '-V, --version', words.t('option.version'))
    .option('--data <folder>', words.t('option.data'))
    .option('--class <class>', words.t('option.class'))
    .option('--device <name>', words.t('option.device'))
    .option('--json', words.t('option.json'))
    .option('--lang <language>', words.t('option.lang'))
    .option('--pin-stdin', words.t('option.pin-stdin'))
    .option('--quiet', words.t('option.quiet'))
    .helpOption('-h, --help', words.t('option.help'))
    .helpCommand(false)
    .configureHelp({ styleTitle: (title) => helpTitle(words, title), showGlobalOptions: true });
  addClassCommands(program, kit);
  addStudentCommands(program, kit);
  addGroupCommands(program, kit);
  addReasonCommands(program, kit);
  addScoreCommands(program, kit);
  addSettlementCommands(program, kit);
  addConnectionCommands(program, kit);
  addSyncCommands(program, kit);
  addWatchCommand(program, kit);
  addPlanCommands(program, kit);
  addHistoryCommands(program, kit);
  addRecoveryCommands(program, kit);
  addServerCommands(program, kit);
  addDeviceCommands(program, kit);
  addCatalogCommands(program, kit);
  addPinCommands(program, kit);
  addSystemCommands(program, kit);
  addServeCommand(program, kit);
  program.addHelpText('after', () =>
    [
      '',
      words.t('usage.examples'),
      ...examples.map((example) => `  tallybook ${example}`),
      '',
      words.t('usage.exit-codes'),
    ].join('\n'),
  );
  return program;
}

const examples = ['class create "5B"', 'student add "Li Wei" --number 12', 'preview', 'sync --now', 'doctor --json'];

/** The headings the parser writes, in the person's language. */
function helpTitle(words: Words, title: string): string {
  switch (title) {
    case 'Usage:':
      return words.t('usage.title');
    case 'Arguments:':
      return words.t('usage.arguments');
    case 'Options:':
      return words.t('usage.options');
    case 'Global Options:':
      return words.t('usage.global-options');
    case 'Commands:':
      return words.t('usage.commands');
    default:
      return title;
  }
}
