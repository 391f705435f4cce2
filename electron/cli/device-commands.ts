import type { Command } from 'commander';
import type { DeviceItem } from '../../shared/contract/connection.ts';
import { addCommand, addGroup, text } from './command.ts';
import type { CommandKit } from './command.ts';
import { idOf } from '../../shared/model/ids.ts';
import { listing } from './listing.ts';
import type { ListColumn } from './listing.ts';
import { deviceShape } from './shapes.ts';

const columns: readonly ListColumn<DeviceItem>[] = [
  { title: 'column.name', cell: (item) => item.name },
  { title: 'column.version', cell: (item) => item.appVersion ?? '' },
  { title: 'column.last-seen', cell: (item) => item.lastSeen },
  {
    title: 'column.state',
    cell: (item, words) => (item.removed ? words.t('state.removed') : item.here ? words.t('state.here') : ''),
  },
  { title: 'column.id', cell: (item) => item.id },
];

/** `device list|remove`. */
export function addDeviceCommands(program: Command, kit: CommandKit): void {
  const group = addGroup(program, kit, 'device', 'about.device');
  const connection = text('--connection <name>', 'option.connection');
  addCommand(group, kit, {
    name: 'list',
    about: 'about.device-list',
    options: { connection },
    examples: ['device list', 'device list --connection school --json'],
    run: async (session, _args, options) => {
      const item = await session.connection(options.connection);
      const ids = { classId: item.classId, connectionId: item.id };
      const { items } = await session.contact(item, false, () => session.call('device.list', ids));
      return listing(items, deviceShape, columns);
    },
  });
  addCommand(group, kit, {
    name: 'remove',
    about: 'about.device-remove',
    args: ['<id>'],
    options: { connection },
    examples: ['device remove 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11'],
    run: async (session, [device], options) => {
      const deviceId = idOf('device', device);
      const item = await session.connection(options.connection);
      const ids = { classId: item.classId, connectionId: item.id, deviceId };
      const { items } = await session.contact(item, false, () => session.call('device.remove', ids));
      return listing(items, deviceShape, columns);
    },
  });
}
