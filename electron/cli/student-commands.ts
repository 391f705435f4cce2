import type { Command } from 'commander';
import type { StudentItem } from '../../shared/contract/roster.ts';
import { addCommand, addGroup, flag, list, text } from './command.ts';
import type { CommandKit } from './command.ts';
import { addEraseCommands } from './erase-commands.ts';
import { idOf } from '../../shared/model/ids.ts';
import { listing } from './listing.ts';
import type { ListColumn } from './listing.ts';
import { studentShape } from './shapes.ts';
import { UsageError } from './usage-error.ts';

const columns: readonly ListColumn<StudentItem>[] = [
  { title: 'column.number', cell: (item) => item.number ?? '' },
  { title: 'column.name', cell: (item) => item.name },
  { title: 'column.group', cell: (item) => item.group ?? '' },
  { title: 'column.tags', cell: (item) => item.tags.join(', ') },
  { title: 'column.current', numeric: true, cell: (item) => item.current },
  { title: 'column.id', cell: (item) => item.id },
];

const answer = (items: readonly StudentItem[]) => listing(items, studentShape, columns, 'list.no-students');
/** An empty value takes the entry away. */
const orNull = (value: string): string | null => (value === '' ? null : value);

/** `student add|list|set|delete|restore|export|erase`. */
export function addStudentCommands(program: Command, kit: CommandKit): void {
  const group = addGroup(program, kit, 'student', 'about.student');
  addStudentAdd(group, kit);
  addStudentSet(group, kit);
  addEraseCommands(group, kit);
  addCommand(group, kit, {
    name: 'list',
    about: 'about.student-list',
    options: { deleted: flag('--deleted', 'option.deleted') },
    examples: ['student list', 'student list --deleted --json'],
    run: async (session, _args, { deleted }) => {
      const { items } = await session.call('student.list', { classId: await session.classId(), deleted });
      return answer(items);
    },
  });
  addCommand(group, kit, {
    name: 'delete',
    about: 'about.student-delete',
    args: ['<id>'],
    examples: ['student delete 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11'],
    run: async (session, [id]) => {
      const ids = [idOf('student', id)];
      return answer((await session.call('student.delete', { classId: await session.classId(), ids })).items);
    },
  });
  addCommand(group, kit, {
    name: 'restore',
    about: 'about.student-restore',
    args: ['<id>'],
    options: { number: text('--number <number>', 'option.restore-number') },
    examples: ['student restore 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11'],
    run: async (session, [id], { number }) => {
      const ids = [idOf('student', id)];
      const change = number === undefined ? {} : { number: orNull(number) };
      return answer(
        (await session.call('student.restore', { classId: await session.classId(), ids, ...change })).items,
      );
    },
  });
}

function addStudentAdd(group: Command, kit: CommandKit): void {
  addCommand(group, kit, {
    name: 'add',
    about: 'about.student-add',
    args: ['<name>'],
    options: {
      number: text('--number <number>', 'option.number'),
      group: text('--group <group>', 'option.group'),
      tag: list('--tag <tag>', 'option.tag'),
      note: text('--note <note>', 'option.note'),
    },
    examples: ['student add "Li Wei" --number 12 --group Blue --tag choir', 'student add 张三'],
    run: async (session, [name], { number, group: inGroup, tag, note }) => {
      const student = {
        name,
        number: number ?? null,
        group: inGroup ?? null,
        note: note ?? null,
        tags: [...tag],
      };
      const { items } = await session.call('student.add', { classId: await session.classId(), students: [student] });
      return answer(items);
    },
  });
}

function addStudentSet(group: Command, kit: CommandKit): void {
  addCommand(group, kit, {
    name: 'set',
    about: 'about.student-set',
    args: ['<id>'],
    options: {
      name: text('--name <name>', 'option.name'),
      number: text('--number <number>', 'option.number'),
      group: text('--group <group>', 'option.group'),
      note: text('--note <note>', 'option.note'),
      tag: list('--tag <tag>', 'option.tag'),
      untag: list('--untag <tag>', 'option.untag'),
    },
    examples: ['student set 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11 --group Blue --untag choir'],
    run: async (session, [id], options) => {
      const change = {
        ...(options.name === undefined ? {} : { name: options.name }),
        ...(options.number === undefined ? {} : { number: orNull(options.number) }),
        ...(options.group === undefined ? {} : { group: orNull(options.group) }),
        ...(options.note === undefined ? {} : { note: orNull(options.note) }),
      };
      const { tag, untag } = options;
      if (Object.keys(change).length + tag.length + untag.length === 0) throw new UsageError('nothing-to-change');
      const item = await session.call('student.set', {
        classId: await session.classId(),
        id: idOf('student', id),
        change,
        ...(tag.length === 0 ? {} : { tag: [...tag] }),
        ...(untag.length === 0 ? {} : { untag: [...untag] }),
      });
      return answer([item]);
    },
  });
}
