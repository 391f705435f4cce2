import type { Command } from 'commander';
import type { BuiltinStatus } from '../../shared/contract/server.ts';
import type { Answer } from './answer.ts';
import { addCommand, addGroup, flag } from './command.ts';
import type { CommandKit } from './command.ts';
import { connectionShape } from './shapes.ts';

/** `server start|stop|status|join-code`. */
export function addServerCommands(program: Command, kit: CommandKit): void {
  const group = addGroup(program, kit, 'server', 'about.server');
  addCommand(group, kit, {
    name: 'start',
    about: 'about.server-start',
    options: { share: flag('--share', 'option.share') },
    examples: ['server start', 'server start --share --class "5B"'],
    run: async (session, _args, { share }) => {
      const status = await session.call('server.start', { keepRunning: true });
      if (!share) return statusAnswer(status);
      const { connection, code } = await session.call('server.share', { classId: await session.classId() });
      return {
        json: { ...statusAnswer(status).json, connection: connectionShape(connection), joinCode: code },
        lines: (words) => [...statusAnswer(status).lines(words), words.t('server.join-code'), code],
      };
    },
  });
  addCommand(group, kit, {
    name: 'stop',
    about: 'about.server-stop',
    examples: ['server stop'],
    run: async (session) => statusAnswer(await session.call('server.stop', {})),
  });
  addCommand(group, kit, {
    name: 'status',
    about: 'about.server-status',
    examples: ['server status --json'],
    run: async (session) => statusAnswer(await session.call('server.status', {})),
  });
  addCommand(group, kit, {
    name: 'join-code',
    about: 'about.server-join-code',
    examples: ['server join-code --class "5B"'],
    run: async (session) => {
      const { code } = await session.call('server.joinCode', { classId: await session.classId() });
      return { json: { code }, lines: () => [code] };
    },
  });
}

function statusAnswer({ state, port, version, startedAt, keepRunning, code }: BuiltinStatus): Answer {
  return {
    json: { state, port, version, startedAt, keepRunning, code },
    lines: (words) => [
      words.t(state === 'running' ? 'server.running' : 'server.state', {
        state: words.name('state', state),
        port,
        version,
      }),
    ],
  };
}
