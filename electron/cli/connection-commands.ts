import type { Command } from 'commander';
import { goingRows } from '../../shared/sync/plan-counts.ts';
import { AppError, errorExitCodes, errorFromJson } from '../../shared/errors.ts';
import type { ConnectionItem, TestStep } from '../../shared/contract/connection.ts';
import type { Result } from '../../shared/contract/contract.ts';
import type { Answer } from './answer.ts';
import { addCommand, addGroup, flag, list, text } from './command.ts';
import type { CommandKit } from './command.ts';
import { connectionChangeOf, connectionFlags, connectionInputOf, hasServerFlags, noPull } from './connection-flags.ts';
import { isId } from '../../shared/model/ids.ts';
import { joinAnswer } from './join-answer.ts';
import { listing, listLines } from './listing.ts';
import type { ListColumn } from './listing.ts';
import type { CliSession } from './session.ts';
import { connectionShape, testShape } from './shapes.ts';
import { UsageError } from './usage-error.ts';
import type { Words } from './words.ts';

const columns: readonly ListColumn<ConnectionItem>[] = [
  { title: 'column.name', cell: (item) => item.name },
  { title: 'column.server', cell: (item) => `${item.host}:${item.port}/${item.database}` },
  { title: 'column.user', cell: (item) => item.user },
  { title: 'column.tls', cell: (item) => item.tls },
  { title: 'column.mode', cell: (item) => item.mode },
  { title: 'column.status', cell: (item, words) => words.name('status', item.checking ? 'checking' : item.status) },
  { title: 'column.last-run', cell: (item) => item.lastRunAt },
  {
    title: 'column.waiting',
    numeric: true,
    cell: ({ pending }) => goingRows(pending) + pending.conflicts,
  },
];
const remoteClass = text('--remote-class <class>', 'option.remote-class');

/** `connection add|list|set|remove|test|init|upgrade|join`. */
export function addConnectionCommands(program: Command, kit: CommandKit): void {
  const group = addGroup(program, kit, 'connection', 'about.connection');
  addCommand(group, kit, {
    name: 'list',
    about: 'about.connection-list',
    examples: ['connection list --json'],
    run: async (session) => {
      const { items } = await session.call('connection.list', { classId: await session.classId() });
      return listing(items, connectionShape, columns, 'list.no-connections');
    },
  });
  addAddAndSet(group, kit);
  addCommand(group, kit, {
    name: 'remove',
    about: 'about.connection-remove',
    args: ['<name>'],
    examples: ['connection remove school'],
    run: async (session, [name]) => {
      const item = await session.connection(name);
      await session.call('connection.remove', { classId: item.classId, connectionId: item.id });
      return listing([item], connectionShape, columns);
    },
  });
  addTest(group, kit);
  addSetUp(group, kit);
  addCommand(group, kit, {
    name: 'join',
    about: 'about.connection-join',
    args: ['<code>'],
    options: { pull: noPull },
    examples: ['connection join CODE', 'connection join - < code.txt'],
    run: async (session, [code], { pull }) => {
      const given = code === '-' ? await session.stdinCode() : code;
      const { reconnected, ...joined } = await session.call('class.joinCode', { code: given, pull });
      return joinAnswer(joined, { reconnected });
    },
  });
}

function addAddAndSet(group: Command, kit: CommandKit): void {
  addCommand(group, kit, {
    name: 'add',
    about: 'about.connection-add',
    args: ['<name>'],
    options: { ...connectionFlags, remoteClass },
    examples: [
      'connection add school --url postgres://teacher@db.school.edu/points --password-stdin',
      'connection add school --host db.school.edu --database points --user teacher --tls verify-full --ca school.pem',
    ],
    run: async (session, [name], options) => {
      if (!hasServerFlags(options)) throw new UsageError('one-of-needed', { argument: '--url, --host' });
      const connection = await connectionInputOf(session, name, options);
      const item = await session.call('connection.add', { classId: await session.classId(), connection });
      return listing([await bind(session, item, options)], connectionShape, columns);
    },
  });
  addCommand(group, kit, {
    name: 'set',
    about: 'about.connection-set',
    args: ['<name>'],
    options: { ...connectionFlags, name: text('--name <name>', 'option.name'), remoteClass },
    examples: ['connection set school --password-stdin', 'connection set school --remote-class "5B"'],
    run: async (session, [name], options) => {
      const { classId, ...item } = await session.connection(name);
      const change = {
        ...(await connectionChangeOf(session, options)),
        ...(options.name === undefined ? {} : { name: options.name }),
      };
      if (Object.keys(change).length === 0 && options.remoteClass === undefined)
        throw new UsageError('nothing-to-change');
      const changed =
        Object.keys(change).length === 0
          ? { classId, ...item }
          : await session.call('connection.set', { classId, connectionId: item.id, change });
      return listing([await bind(session, changed, options)], connectionShape, columns);
    },
  });
}

/** Says which class of the server this class is: one of its classes by name or id, or a new one. */
async function bind(
  session: CliSession,
  item: ConnectionItem,
  { remoteClass: which }: { readonly remoteClass: string | undefined },
): Promise<ConnectionItem> {
  if (which === undefined) return item;
  const { classId, id: connectionId } = item;
  return await session.contact(item, false, async () => {
    const remote =
      which === 'new' ? which : await remoteClassId(session, connectionId, isId(which) ? which.toLowerCase() : which);
    return await session.call('connection.bind', { classId, connectionId, remoteClass: remote });
  });
}

async function remoteClassId(session: CliSession, connectionId: string, which: string): Promise<string> {
  const { items } = await session.call('class.remote', { connectionId });
  const found = items.filter((item) => item.id === which || item.name === which);
  const [one, ...others] = found;
  if (one === undefined) throw new AppError('not-found', { what: 'class' });
  if (others.length > 0) throw new AppError('class-choice-needed', { count: found.length });
  return one.id;
}

function addTest(group: Command, kit: CommandKit): void {
  addCommand(group, kit, {
    name: 'test',
    about: 'about.connection-test',
    args: ['[name]'],
    options: connectionFlags,
    examples: ['connection test school', 'connection test --host db.school.edu --database points --user teacher'],
    run: async (session, [name], options) => {
      if (hasServerFlags(options)) {
        if (name !== undefined) throw new UsageError('not-together', { argument: 'NAME', other: '--url, --host' });
        return testAnswer(
          await session.call('connection.test', { connection: await connectionInputOf(session, 'test', options) }),
        );
      }
      const item = await session.connection(name);
      return testAnswer(
        await session.contact(
          item,
          options.passwordStdin,
          async () => await session.call('connection.test', { classId: item.classId, connectionId: item.id }),
          ({ steps }) => steps.some((step) => step.code === 'password-missing'),
        ),
      );
    },
  });
}

function testAnswer(test: Result<'connection.test'>): Answer {
  const failed = test.steps.find((step) => step.state === 'failed');
  const code = failed?.code ?? null;
  const exitCode = test.ok ? 0 : code === null ? errorExitCodes.unreachable : exitCodeOf(code);
  return {
    json: testShape(test),
    exitCode,
    lines: (words) => [
      ...listLines(
        test.steps,
        [
          { title: 'column.step', cell: (step) => words.name('step', step.id) },
          { title: 'column.state', cell: (step) => words.name('state', step.state) },
          { title: 'column.ms', numeric: true, cell: (step) => step.ms ?? '' },
          {
            title: 'column.detail',
            cell: (step) => (step.code === null ? '' : words.errorTitle({ code: step.code, params: step.params })),
          },
        ],
        words,
      ),
      ...namesOf(failed, words),
    ],
  };
}

/** The databases there are, where the one asked for is not among them. */
function namesOf(step: TestStep | undefined, words: Words): readonly string[] {
  const names = step?.databases ?? [];
  return names.length === 0 ? [] : [words.t('list.databases', { names: names.join(', ') })];
}

function exitCodeOf(code: string): number {
  const error = errorFromJson({ code });
  return error.code === 'unexpected' ? errorExitCodes.unreachable : errorExitCodes[error.code];
}

function addSetUp(group: Command, kit: CommandKit): void {
  const yes = flag('--yes', 'option.yes');
  const grantTo = list('--grant-to <role>', 'option.grant-to');
  const classPolicies = flag('--class-policies', 'option.class-policies');
  const printSql = flag('--print-sql', 'option.print-sql');
  const passwordStdin = connectionFlags.passwordStdin;
  addCommand(group, kit, {
    name: 'init',
    about: 'about.connection-init',
    args: ['<name>'],
    options: { yes, grantTo, classPolicies, printSql, passwordStdin },
    examples: [
      'connection init school --print-sql',
      'connection init school --yes --grant-to teachers',
      'connection init school --print-sql --class-policies --grant-to teacher_5b',
    ],
    run: async (session, [name], options) => await setUpServer(session, name, { ...options, upgrade: false }),
  });
  addCommand(group, kit, {
    name: 'upgrade',
    about: 'about.connection-upgrade',
    args: ['<name>'],
    options: { yes, printSql, passwordStdin },
    examples: ['connection upgrade school --yes'],
    run: async (session, [name], options) =>
      await setUpServer(session, name, { ...options, grantTo: [], classPolicies: false, upgrade: true }),
  });
}

async function setUpServer(
  session: CliSession,
  name: string,
  options: {
    readonly yes: boolean;
    readonly printSql: boolean;
    readonly passwordStdin: boolean;
    readonly grantTo: readonly string[];
    readonly classPolicies: boolean;
    readonly upgrade: boolean;
  },
): Promise<Answer> {
  if (options.yes && options.printSql)
    throw new UsageError('not-together', { argument: '--yes', other: '--print-sql' });
  if (options.classPolicies && options.grantTo.length === 0)
    throw new UsageError('missing-argument', { argument: '--grant-to' });
  const item = await session.connection(name);
  const result = await session.contact(
    item,
    options.passwordStdin,
    async () =>
      await session.call('connection.init', {
        classId: item.classId,
        connectionId: item.id,
        consent: options.yes,
        ...(options.grantTo.length === 0 ? {} : { grantTo: [...options.grantTo] }),
        ...(options.classPolicies ? { classPolicies: true } : {}),
        ...(options.upgrade ? { upgrade: true } : {}),
      }),
  );
  if (options.printSql) return { json: { ...result }, lines: () => [result.sql] };
  if (!result.done && result.server !== 'managed') throw new AppError('consent-needed', { server: result.server });
  return {
    json: { done: result.done, server: result.server },
    lines: (words) => [words.t(result.done ? 'server.set-up' : 'server.nothing-to-do')],
  };
}
