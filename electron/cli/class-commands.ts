import type { Command } from 'commander';
import type { ClassItem } from '../../shared/contract/class.ts';
import type { Result } from '../../shared/contract/contract.ts';
import { AppError } from '../../shared/errors.ts';
import { addCommand, addGroup, flag, text } from './command.ts';
import type { CommandKit } from './command.ts';
import { connectionFlags, connectionInputOf, hasServerFlags, noPull } from './connection-flags.ts';
import { isId } from '../../shared/model/ids.ts';
import { joinAnswer } from './join-answer.ts';
import { listing } from './listing.ts';
import type { ListColumn } from './listing.ts';
import { findSaved } from './saved-connection.ts';
import type { CliSession } from './session.ts';
import { classShape, remoteClassShape } from './shapes.ts';
import { UsageError } from './usage-error.ts';

const columns: readonly ListColumn<ClassItem>[] = [
  { title: 'column.name', cell: (item) => item.name },
  { title: 'column.students', numeric: true, cell: (item) => item.students },
  { title: 'column.state', cell: (item, words) => (item.archived ? words.t('state.archived') : '') },
  { title: 'column.id', cell: (item) => item.id },
];

/** `class create|list|archive|remote|join`. */
export function addClassCommands(program: Command, kit: CommandKit): void {
  const group = addGroup(program, kit, 'class', 'about.class');
  addCommand(group, kit, {
    name: 'create',
    about: 'about.class-create',
    args: ['<name>'],
    options: { sample: flag('--sample', 'option.sample') },
    examples: ['class create "5B"', 'class create "Sample class" --sample'],
    run: async (session, [name], { sample }) => {
      const language = session.options.lang === undefined ? {} : { language: session.words.language };
      const item = await session.call('class.create', { name, ...language, ...(sample ? { sample } : {}) });
      return listing([item], classShape, columns);
    },
  });
  addCommand(group, kit, {
    name: 'list',
    about: 'about.class-list',
    examples: ['class list', 'class list --json'],
    run: async (session) => {
      const { items } = await session.call('class.list', {});
      return listing(items, classShape, columns, 'list.no-classes');
    },
  });
  addCommand(group, kit, {
    name: 'archive',
    about: 'about.class-archive',
    args: ['[class]'],
    options: { undo: flag('--undo', 'option.archive-undo') },
    examples: ['class archive --class "5B"', 'class archive "5B" --undo'],
    run: async (session, [name], { undo }) => {
      const classId = name === undefined ? await session.classId() : await session.findClass(name);
      const item = await session.call('class.archive', { classId, archived: !undo });
      return listing([item], classShape, columns);
    },
  });
  addServerClassCommands(group, kit);
}

function addServerClassCommands(group: Command, kit: CommandKit): void {
  addCommand(group, kit, {
    name: 'remote',
    about: 'about.class-remote',
    options: { ...connectionFlags, connection: text('--connection <name>', 'option.connection') },
    examples: [
      'class remote --connection school',
      'class remote --url postgres://teacher@db.school.edu/points --password-stdin',
    ],
    run: async (session, _args, options) => {
      const { items } = hasServerFlags(options)
        ? await session.call('class.remote', { connection: await connectionInputOf(session, 'remote', options) })
        : await savedServerClasses(session, options);
      return listing(items, remoteClassShape, [
        { title: 'column.name', cell: (item) => item.name },
        { title: 'column.students', numeric: true, cell: (item) => item.students },
        { title: 'column.here', cell: (item, words) => (item.here ? words.t('state.here') : '') },
        { title: 'column.id', cell: (item) => item.id },
      ]);
    },
  });
  addCommand(group, kit, {
    name: 'join',
    about: 'about.class-join',
    args: ['<class>'],
    options: { ...connectionFlags, connection: text('--connection <name>', 'option.connection-as'), pull: noPull },
    examples: ['class join "5B" --url postgres://teacher@db.school.edu/points --connection school --password-stdin'],
    run: async (session, [name], options) => {
      if (name.trim() === '') throw new AppError('not-found', { what: 'class' });
      if (!hasServerFlags(options) && options.connection === undefined) {
        throw new UsageError('one-of-needed', { argument: '--url, --host, --connection' });
      }
      const connection = await connectionInputOf(session, options.connection, options);
      const which = isId(name) ? { remoteClassId: name.toLowerCase() } : { remoteClassName: name };
      return joinAnswer(await session.call('class.join', { ...which, connection, pull: options.pull }));
    },
  });
}

async function savedServerClasses(
  session: CliSession,
  options: { readonly connection: string | undefined; readonly passwordStdin: boolean },
): Promise<Result<'class.remote'>> {
  const item = await findSaved(session, options.connection);
  return await session.contact(
    item,
    options.passwordStdin,
    async () => await session.call('class.remote', { connectionId: item.id }),
  );
}
