import type { Command } from 'commander';
import type { GroupItem } from '../../shared/contract/roster.ts';
import { addCommand, addGroup, text } from './command.ts';
import type { CommandKit } from './command.ts';
import { idOf } from '../../shared/model/ids.ts';
import { listing } from './listing.ts';
import type { ListColumn } from './listing.ts';
import { wholeNumber } from './numbers.ts';
import { groupShape } from './shapes.ts';
import { UsageError } from './usage-error.ts';

const columns: readonly ListColumn<GroupItem>[] = [
  { title: 'column.name', cell: (item) => item.name },
  { title: 'column.color', cell: (item) => item.color },
  { title: 'column.students', numeric: true, cell: (item) => item.students },
  { title: 'column.id', cell: (item) => item.id },
];
const color = text('--color <color>', 'option.color');
const sortLimit = 999_999_999;

/** `group list|add|set|delete`. */
export function addGroupCommands(program: Command, kit: CommandKit): void {
  const group = addGroup(program, kit, 'group', 'about.group');
  addCommand(group, kit, {
    name: 'list',
    about: 'about.group-list',
    examples: ['group list'],
    run: async (session) => {
      const { items } = await session.call('group.list', { classId: await session.classId() });
      return listing(items, groupShape, columns);
    },
  });
  addCommand(group, kit, {
    name: 'add',
    about: 'about.group-add',
    args: ['<name>'],
    options: { color },
    examples: ['group add Blue --color "#3367d6"'],
    run: async (session, [name], options) => {
      const given = options.color === undefined ? {} : { color: options.color };
      const item = await session.call('group.add', { classId: await session.classId(), name, ...given });
      return listing([item], groupShape, columns);
    },
  });
  addCommand(group, kit, {
    name: 'set',
    about: 'about.group-set',
    args: ['<id>'],
    options: { name: text('--name <name>', 'option.name'), color, sort: text('--sort <n>', 'option.sort') },
    examples: ['group set 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11 --name Red'],
    run: async (session, [id], options) => {
      const change = {
        ...(options.name === undefined ? {} : { name: options.name }),
        ...(options.color === undefined ? {} : { color: options.color }),
        ...(options.sort === undefined ? {} : { sort: wholeNumber('--sort', options.sort, 0, sortLimit) }),
      };
      if (Object.keys(change).length === 0) throw new UsageError('nothing-to-change');
      const item = await session.call('group.set', { classId: await session.classId(), id: idOf('group', id), change });
      return listing([item], groupShape, columns);
    },
  });
  addCommand(group, kit, {
    name: 'delete',
    about: 'about.group-delete',
    args: ['<id>'],
    examples: ['group delete 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11'],
    run: async (session, [id]) => {
      const item = await session.call('group.delete', { classId: await session.classId(), id: idOf('group', id) });
      return listing([item], groupShape, columns);
    },
  });
}
