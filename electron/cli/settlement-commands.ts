import type { Command } from 'commander';
import type { SettlementItem } from '../../shared/contract/settlement.ts';
import { addCommand, addGroup, text } from './command.ts';
import type { CommandKit } from './command.ts';
import { idOf } from '../../shared/model/ids.ts';
import { listing } from './listing.ts';
import type { ListColumn } from './listing.ts';
import { settlementShape } from './shapes.ts';

const columns: readonly ListColumn<SettlementItem>[] = [
  { title: 'column.at', cell: (item) => item.at },
  { title: 'column.name', cell: (item) => item.name },
  { title: 'column.entries', numeric: true, cell: (item) => item.events },
  { title: 'column.device', cell: (item) => item.device },
  { title: 'column.state', cell: (item, words) => (item.reopened ? words.t('state.reopened') : '') },
  { title: 'column.id', cell: (item) => item.id },
];

/** `settle` and `settlement list|reopen`. */
export function addSettlementCommands(program: Command, kit: CommandKit): void {
  addCommand(program, kit, {
    name: 'settle',
    about: 'about.settle',
    options: { name: text('--name <name>', 'option.round-name') },
    examples: ['settle', 'settle --name "Autumn term"'],
    run: async (session, _args, { name = new Date().toISOString().slice(0, 10) }) => {
      const { settlement } = await session.call('settlement.close', { classId: await session.classId(), name });
      return listing(settlement === null ? [] : [settlement], settlementShape, columns, 'list.no-open-points');
    },
  });
  const group = addGroup(program, kit, 'settlement', 'about.settlement');
  addCommand(group, kit, {
    name: 'list',
    about: 'about.settlement-list',
    examples: ['settlement list', 'settlement list --json'],
    run: async (session) => {
      const { items } = await session.call('settlement.list', { classId: await session.classId() });
      return listing(items, settlementShape, columns, 'list.no-settlements');
    },
  });
  addCommand(group, kit, {
    name: 'reopen',
    about: 'about.settlement-reopen',
    args: ['<id>'],
    examples: ['settlement reopen 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11'],
    run: async (session, [id]) => {
      const item = await session.call('settlement.reopen', {
        classId: await session.classId(),
        id: idOf('settlement', id),
      });
      return listing([item], settlementShape, columns);
    },
  });
}
