import type { Command } from 'commander';
import type { ErasureResult } from '../../shared/contract/roster.ts';
import { AppError } from '../../shared/errors.ts';
import { addCommand, flag } from './command.ts';
import type { CommandKit } from './command.ts';
import { idOf } from './ids.ts';
import { printable } from './printable.ts';
import type { Words } from './words.ts';

/** `student export|erase`. */
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
      if (!yes) throw new AppError('consent-needed');
      const result = await session.call('student.erase', { classId, id: student, confirm: true });
      return { json: result, lines: (words) => erasureLines(result, words) };
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
