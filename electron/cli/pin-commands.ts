import type { Command } from 'commander';
import type { PermissionState } from '../../shared/contract/pin.ts';
import { pinLevels, type PinLevel } from '../../shared/permission/permission-level.ts';
import type { Answer } from './answer.ts';
import { addCommand, addGroup } from './command.ts';
import type { CommandKit } from './command.ts';
import { UsageError } from './usage-error.ts';
import type { Words } from './words.ts';

/** `pin status|set|remove|reset`. A PIN is read from standard input and from nowhere else. */
export function addPinCommands(program: Command, kit: CommandKit): void {
  const group = addGroup(program, kit, 'pin', 'about.pin');
  addCommand(group, kit, {
    name: 'status',
    about: 'about.pin-status',
    examples: ['pin status', 'pin status --json'],
    run: async (session) => stateAnswer(await session.call('pin.state', {})),
  });
  addCommand(group, kit, {
    name: 'set',
    about: 'about.pin-set',
    args: ['<level>'],
    examples: ['pin set admin', 'pin set points --pin-stdin'],
    run: async (session, [given]) => {
      const level = levelOf(given);
      const current = await session.pin();
      const pin = await session.stdinNewPin();
      return stateAnswer(await session.call('pin.set', { level, pin, ...(current === undefined ? {} : { current }) }));
    },
  });
  addCommand(group, kit, {
    name: 'remove',
    about: 'about.pin-remove',
    args: ['<level>'],
    examples: ['pin remove points --pin-stdin'],
    run: async (session, [given]) => {
      const level = levelOf(given);
      const current = await session.pin();
      return stateAnswer(await session.call('pin.remove', { level, ...(current === undefined ? {} : { current }) }));
    },
  });
  addCommand(group, kit, {
    name: 'reset',
    about: 'about.pin-reset',
    examples: ['pin reset'],
    run: async (session) => {
      const before = await session.call('pin.state', {});
      const state = await session.call('pin.reset', {});
      const done = before.set.admin && !state.set.admin;
      return stateAnswer(state, done);
    },
  });
}

function levelOf(given: string): PinLevel {
  const level = pinLevels.find((known) => known === given);
  if (level === undefined) throw new UsageError('not-one-of', { argument: 'level', choices: pinLevels.join(', ') });
  return level;
}

function stateAnswer(state: PermissionState, isReset = false): Answer {
  const { set, without, wait, resetFrom } = state;
  return { json: { set, without, wait, resetFrom }, lines: (words) => stateLines(state, words, isReset) };
}

function stateLines({ set, wait, resetFrom }: PermissionState, words: Words, isReset: boolean): readonly string[] {
  const seconds = Math.ceil(Math.max(wait.admin, wait.points) / 1000);
  return [
    ...(isReset ? [words.t('pin.reset-done')] : []),
    words.t(set.points ? 'pin.both' : set.admin ? 'pin.admin' : 'pin.none'),
    ...(seconds > 0 ? [words.t('pin.wait', { seconds })] : []),
    ...(resetFrom === null ? [] : [words.t('pin.reset-from', { at: resetFrom })]),
  ];
}
