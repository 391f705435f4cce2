import type { Command } from 'commander';
import type { LostItem } from '../../shared/contract/bin.ts';
import { addCommand, addGroup, text } from './command.ts';
import type { CommandKit } from './command.ts';
import { idOf } from '../../shared/model/ids.ts';
import { listing } from './listing.ts';
import { wholeNumber } from './numbers.ts';
import { lostShape } from './shapes.ts';

/** Values asked for at once, and shown when nothing is said. */
const pageSize = 200;
const most = 100_000;

/** `recovery list|restore|forget`. */
export function addRecoveryCommands(program: Command, kit: CommandKit): void {
  const group = addGroup(program, kit, 'recovery', 'about.recovery');
  addCommand(group, kit, {
    name: 'list',
    about: 'about.recovery-list',
    options: { search: text('--search <text>', 'option.search'), limit: text('--limit <n>', 'option.limit') },
    examples: ['recovery list --json', 'recovery list --search "Li Wei"'],
    run: async (session, _args, { search, limit }) => {
      const classId = await session.classId();
      const wanted = limit === undefined ? pageSize : wholeNumber('--limit', limit, 1, most);
      const found: LostItem[] = [];
      for (let page: readonly LostItem[] = []; found.length < wanted;) {
        const after = page.at(-1)?.id;
        const { items } = await session.call('bin.list', {
          classId,
          limit: Math.min(pageSize, wanted - found.length),
          ...(search === undefined ? {} : { search }),
          ...(after === undefined ? {} : { after }),
        });
        if (items.length === 0) break;
        found.push(...items);
        page = items;
      }
      return listing(found, lostShape, [
        { title: 'column.at', cell: (lost) => lost.at },
        { title: 'column.table', cell: (lost, words) => words.name('table', lost.table) },
        { title: 'column.record', cell: (lost) => lost.label },
        {
          title: 'column.direction',
          cell: (lost, words) => words.name('direction', lost.side === 'server' ? 'up' : 'down'),
        },
        { title: 'column.id', cell: (lost) => lost.id },
      ]);
    },
  });
  addCommand(group, kit, {
    name: 'restore',
    about: 'about.recovery-restore',
    args: ['<id>'],
    examples: ['recovery restore 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11'],
    run: async (session, [id]) => {
      const { changed } = await session.call('bin.restore', {
        classId: await session.classId(),
        id: idOf('lost-value', id),
      });
      return { json: { changed }, lines: (words) => [words.t(changed ? 'recovery.restored' : 'recovery.same')] };
    },
  });
  addCommand(group, kit, {
    name: 'forget',
    about: 'about.recovery-forget',
    args: ['<id>'],
    examples: ['recovery forget 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11'],
    run: async (session, [id]) => {
      const { forgotten } = await session.call('bin.forget', {
        classId: await session.classId(),
        ids: [idOf('lost-value', id)],
      });
      return { json: { forgotten }, lines: (words) => [words.t('recovery.forgotten', { count: forgotten })] };
    },
  });
}
