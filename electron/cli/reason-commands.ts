import type { Command } from 'commander';
import type { ReasonItem } from '../../shared/contract/roster.ts';
import { addCommand, addGroup, text } from './command.ts';
import type { CommandKit } from './command.ts';
import { idOf } from '../../shared/model/ids.ts';
import { listing } from './listing.ts';
import type { ListColumn } from './listing.ts';
import { deltaOf } from './numbers.ts';
import { reasonShape } from './shapes.ts';
import { UsageError } from './usage-error.ts';

const columns: readonly ListColumn<ReasonItem>[] = [
  { title: 'column.text', cell: (item) => item.text },
  { title: 'column.delta', numeric: true, cell: (item) => item.delta },
  { title: 'column.category', cell: (item) => item.category ?? '' },
  { title: 'column.id', cell: (item) => item.id },
];
const delta = text('--delta <points>', 'option.delta');
const category = text('--category <category>', 'option.category');

/** `reason list|add|set|delete`. */
export function addReasonCommands(program: Command, kit: CommandKit): void {
  const group = addGroup(program, kit, 'reason', 'about.reason');
  addCommand(group, kit, {
    name: 'list',
    about: 'about.reason-list',
    examples: ['reason list'],
    run: async (session) => {
      const { items } = await session.call('reason.list', { classId: await session.classId() });
      return listing(items, reasonShape, columns);
    },
  });
  addCommand(group, kit, {
    name: 'add',
    about: 'about.reason-add',
    args: ['<text>'],
    options: { delta, category },
    examples: ['reason add "Helped a classmate" --delta 2 --category Conduct'],
    run: async (session, [words], options) => {
      if (options.delta === undefined) throw new UsageError('missing-argument', { argument: '--delta' });
      const item = await session.call('reason.add', {
        classId: await session.classId(),
        text: words,
        delta: deltaOf(options.delta),
        category: options.category ?? null,
      });
      return listing([item], reasonShape, columns);
    },
  });
  addCommand(group, kit, {
    name: 'set',
    about: 'about.reason-set',
    args: ['<id>'],
    options: { text: text('--text <text>', 'option.text'), delta, category },
    examples: ['reason set 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11 --delta 3'],
    run: async (session, [id], options) => {
      const change = {
        ...(options.text === undefined ? {} : { text: options.text }),
        ...(options.delta === undefined ? {} : { delta: deltaOf(options.delta) }),
        ...(options.category === undefined ? {} : { category: options.category === '' ? null : options.category }),
      };
      if (Object.keys(change).length === 0) throw new UsageError('nothing-to-change');
      const item = await session.call('reason.set', {
        classId: await session.classId(),
        id: idOf('reason', id),
        change,
      });
      return listing([item], reasonShape, columns);
    },
  });
  addCommand(group, kit, {
    name: 'delete',
    about: 'about.reason-delete',
    args: ['<id>'],
    examples: ['reason delete 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11'],
    run: async (session, [id]) => {
      const item = await session.call('reason.delete', { classId: await session.classId(), id: idOf('reason', id) });
      return listing([item], reasonShape, columns);
    },
  });
}
