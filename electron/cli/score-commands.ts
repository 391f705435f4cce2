import type { Command } from 'commander';
import type { ScoreItem } from '../../shared/contract/score.ts';
import { addCommand, addGroup, flag, list, text } from './command.ts';
import type { CommandKit } from './command.ts';
import { idOf } from '../../shared/model/ids.ts';
import { listing } from './listing.ts';
import type { ListColumn } from './listing.ts';
import { deltaOf, wholeNumber } from './numbers.ts';
import type { CliSession } from './session.ts';
import { scoreShape, totalShape } from './shapes.ts';
import { UsageError } from './usage-error.ts';

const columns: readonly ListColumn<ScoreItem>[] = [
  { title: 'column.at', cell: (item) => item.at },
  { title: 'column.student', cell: (item) => item.student },
  { title: 'column.delta', numeric: true, cell: (item) => item.delta },
  { title: 'column.text', cell: (item) => item.text },
  { title: 'column.device', cell: (item) => item.device },
  { title: 'column.state', cell: (item, words) => (item.voided ? words.t('state.voided') : '') },
  { title: 'column.id', cell: (item) => item.id },
];
const pageSize = 500;
const everything = 999_999_999;

/** `score add|void|list` and `totals`. */
export function addScoreCommands(program: Command, kit: CommandKit): void {
  const group = addGroup(program, kit, 'score', 'about.score');
  addScoreAdd(group, kit);
  addCommand(group, kit, {
    name: 'void',
    about: 'about.score-void',
    args: ['<event>'],
    examples: ['score void 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11'],
    run: async (session, [event]) => {
      const eventIds = [idOf('event', event)];
      const { items } = await session.call('score.void', { classId: await session.classId(), eventIds });
      return listing(items, scoreShape, columns);
    },
  });
  addCommand(group, kit, {
    name: 'list',
    about: 'about.score-list',
    options: {
      student: text('--student <id>', 'option.only-student'),
      search: text('--search <text>', 'option.search'),
      voided: flag('--voided', 'option.voided'),
      limit: text('--limit <n>', 'option.limit'),
    },
    examples: ['score list --limit 20', 'score list --student 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11 --json'],
    run: async (session, _args, { student, search, voided, limit }) => {
      const filter = {
        ...(student === undefined ? {} : { studentId: idOf('student', student) }),
        ...(search === undefined ? {} : { search }),
        ...(voided ? { voided } : {}),
      };
      const most = limit === undefined ? everything : wholeNumber('--limit', limit, 1, everything);
      return listing(await readEvents(session, filter, most), scoreShape, columns, 'list.no-events');
    },
  });
  addCommand(program, kit, {
    name: 'totals',
    about: 'about.totals',
    examples: ['totals', 'totals --json'],
    run: async (session) => {
      const { items } = await session.call('totals.list', { classId: await session.classId() });
      return listing(items, totalShape, [
        { title: 'column.number', cell: (item) => item.number ?? '' },
        { title: 'column.name', cell: (item) => item.name },
        { title: 'column.current', numeric: true, cell: (item) => item.current },
        { title: 'column.all-time', numeric: true, cell: (item) => item.allTime },
        { title: 'column.id', cell: (item) => item.id },
      ]);
    },
  });
}

function addScoreAdd(group: Command, kit: CommandKit): void {
  addCommand(group, kit, {
    name: 'add',
    about: 'about.score-add',
    options: {
      student: list('--student <id>', 'option.student'),
      reason: text('--reason <id>', 'option.reason'),
      delta: text('--delta <points>', 'option.delta'),
      text: text('--text <text>', 'option.text'),
      note: text('--note <note>', 'option.note'),
    },
    examples: [
      'score add --student 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11 --delta -1 --text "Late"',
      'score add --student ID --student ID --reason ID',
    ],
    run: async (session, _args, options) => {
      if (options.student.length === 0) throw new UsageError('missing-argument', { argument: '--student' });
      const { items } = await session.call('score.add', {
        award: awardOf(options),
        studentIds: options.student.map((id) => idOf('student', id)),
        ...(options.note === undefined ? {} : { note: options.note }),
        classId: await session.classId(),
      });
      return listing(items, scoreShape, columns);
    },
  });
}

function awardOf(options: {
  readonly reason: string | undefined;
  readonly delta: string | undefined;
  readonly text: string | undefined;
}): { reasonId: string } | { delta: number; text: string } {
  const { reason, delta, text: words } = options;
  if (reason !== undefined) {
    if (delta !== undefined || words !== undefined) {
      throw new UsageError('not-together', { argument: '--reason', other: delta === undefined ? '--text' : '--delta' });
    }
    return { reasonId: idOf('reason', reason) };
  }
  if (delta === undefined) throw new UsageError('one-of-needed', { argument: '--reason, --delta' });
  if (words === undefined) throw new UsageError('missing-argument', { argument: '--text' });
  return { delta: deltaOf(delta), text: words };
}

async function readEvents(
  session: CliSession,
  filter: { readonly studentId?: string; readonly search?: string; readonly voided?: boolean },
  most: number,
): Promise<readonly ScoreItem[]> {
  const classId = await session.classId();
  const events: ScoreItem[] = [];
  for (;;) {
    const limit = Math.min(pageSize, most - events.length);
    const { items, total } = await session.call('score.list', { ...filter, classId, offset: events.length, limit });
    events.push(...items);
    if (items.length === 0 || events.length >= Math.min(most, total)) return events;
  }
}
