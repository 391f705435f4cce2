import type { Command } from 'commander';
import type { ErasureResult } from '../../shared/contract/roster.ts';
import type { HeldErasureItem } from '../../shared/contract/sync.ts';
import { AppError } from '../../shared/errors.ts';
import { addCommand, flag, list, text } from './command.ts';
import type { CommandKit } from './command.ts';
import { idOf } from '../../shared/model/ids.ts';
import { listing } from './listing.ts';
import type { ListColumn } from './listing.ts';
import { printable } from './printable.ts';
import { heldErasureShape } from './shapes.ts';
import type { Words } from './words.ts';

const heldColumns: readonly ListColumn<HeldErasureItem>[] = [
  { title: 'column.name', cell: ({ name }) => name },
  {
    title: 'column.state',
    cell: ({ refused }, words) =>
      refused === null
        ? words.t('state.waits')
        : words.t('state.refused', { by: printable(refused.by), at: refused.at }),
  },
  { title: 'column.id', cell: ({ id }) => id },
];

/** `student export|erase|erasures`. */
export function addEraseCommands(group: Command, kit: CommandKit): void {
  addCommand(group, kit, {
    name: 'export',
    about: 'about.student-export',
    args: ['<id>'],
    examples: ['student export 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11 --json'],
    run: async (session, [id]) => {
      const found = await session.call('student.export', {
        classId: await session.classId(),
        id: idOf('student', id),
      });
      return { json: found, lines: () => JSON.stringify(found, null, 2).split('\n').map(printable) };
    },
  });
  addCommand(group, kit, {
    name: 'erase',
    about: 'about.student-erase',
    args: ['<id>'],
    options: { yes: flag('--yes', 'option.erase-yes') },
    examples: ['student erase 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11 --yes'],
    run: async (session, [id], { yes }) => {
      const student = idOf('student', id);
      const classId = await session.classId();
      if (!yes) throw new AppError('consent-needed', { what: 'erase' });
      const result = await session.call('student.erase', { classId, id: student, confirm: true });
      return { json: result, lines: (words) => erasureLines(result, words) };
    },
  });
  addCommand(group, kit, {
    name: 'erasures',
    about: 'about.student-erasures',
    options: {
      connection: text('--connection <name>', 'option.connection'),
      keep: list('--keep <id>', 'option.keep-erasure'),
      askAgain: list('--ask-again <id>', 'option.ask-again'),
    },
    examples: ['student erasures', 'student erasures --keep 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11'],
    run: async (session, _args, { connection, keep, askAgain }) => {
      const item = await session.connection(connection);
      const ids = { classId: item.classId, connectionId: item.id };
      for (const [answer, given] of [
        ['keep', keep],
        ['ask', askAgain],
      ] as const)
        if (given.length > 0)
          await session.call('erasure.answer', { ...ids, ids: given.map((id) => idOf('erasure', id)), answer });
      const { items } = await session.call('erasure.list', ids);
      return listing(items, heldErasureShape, heldColumns);
    },
  });
}

function erasureLines({ erased, backups, unreached }: ErasureResult, words: Words): readonly string[] {
  return [
    words.t('erase.done', { rows: erased.reduce((sum, table) => sum + table.rows, 0), backups }),
    '',
    words.t('erase.unreached'),
    ...unreached.map(({ kind, name, lastSeen }) =>
      words.name('unreached', kind, { name: printable(name ?? ''), lastSeen: lastSeen ?? '' }),
    ),
  ];
}
