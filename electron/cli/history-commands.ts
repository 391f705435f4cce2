import type { Command } from 'commander';
import { allRunRows } from '../../shared/contract/all-run-rows.ts';
import type { Result } from '../../shared/contract/contract.ts';
import type { RunRowItem } from '../../shared/contract/run.ts';
import type { Answer } from './answer.ts';
import { addCommand, addGroup, flag, text } from './command.ts';
import type { CommandKit } from './command.ts';
import { connectionFlags } from './connection-flags.ts';
import { idOf } from '../../shared/model/ids.ts';
import { listing, listLines } from './listing.ts';
import { planAnswer } from './plan-answer.ts';
import { runAnswer } from './run-answer.ts';
import { runShape } from './shapes.ts';

type RunItem = Result<'run.list'>['items'][number];

const total = ({ add, update, delete: deleted }: RunItem['counts']['up']): number => add + update + deleted;

/** Runs asked for at once. */
const limit = 500;

/** `run list|show|undo`. */
export function addHistoryCommands(program: Command, kit: CommandKit): void {
  const group = addGroup(program, kit, 'run', 'about.run');
  addCommand(group, kit, {
    name: 'list',
    about: 'about.run-list',
    options: { connection: text('--connection <name>', 'option.connection') },
    examples: ['run list --json'],
    run: async (session, _args, options) => {
      const classId = await session.classId();
      const only =
        options.connection === undefined ? {} : { connectionId: (await session.connection(options.connection)).id };
      const runs: RunItem[] = [];
      for (let more = true; more;) {
        const { items, total: all } = await session.call('run.list', { classId, ...only, offset: runs.length, limit });
        runs.push(...items);
        more = items.length > 0 && runs.length < all;
      }
      return listing(runs, runShape, [
        { title: 'column.at', cell: (run) => run.startedAt },
        { title: 'column.connection', cell: (run) => run.connection },
        { title: 'column.device', cell: (run) => run.device },
        { title: 'column.outcome', cell: (run, words) => words.name('outcome', run.outcome) },
        { title: 'column.up', numeric: true, cell: (run) => total(run.counts.up) },
        { title: 'column.down', numeric: true, cell: (run) => total(run.counts.down) },
        { title: 'column.id', cell: (run) => run.runId },
      ]);
    },
  });
  addCommand(group, kit, {
    name: 'undo',
    about: 'about.run-undo',
    args: ['<id>'],
    options: {
      yes: flag('--yes', 'option.yes-run'),
      rows: flag('--rows', 'option.rows'),
      allowMassChange: flag('--allow-mass-change', 'option.allow-mass-change'),
      passwordStdin: connectionFlags.passwordStdin,
    },
    examples: [
      'run undo 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11 --rows',
      'run undo 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11 --yes',
    ],
    run: async (session, [id], { yes, rows, allowMassChange, passwordStdin }) => {
      const classId = await session.classId();
      const { run } = await session.call('run.show', { classId, runId: idOf('run', id) });
      const contact = { classId, id: run.connectionId };
      const plan = await session.contact(
        contact,
        passwordStdin,
        async () => await session.call('run.undo', { classId, runId: run.runId }),
      );
      if (!yes) return planAnswer(session, plan, rows);
      return runAnswer(
        await session.contactOnce(
          contact,
          false,
          async () =>
            await session.call('sync.run', {
              classId,
              planId: plan.planId,
              mode: plan.runMode ?? 'sync',
              ...(allowMassChange ? { allowMassChange: true } : {}),
            }),
        ),
      );
    },
  });
  addCommand(group, kit, {
    name: 'show',
    about: 'about.run-show',
    args: ['<id>'],
    examples: ['run show 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11 --json'],
    run: async (session, [id]) => {
      const which = { classId: await session.classId(), runId: idOf('run', id) };
      const shown = await session.call('run.show', which);
      return showAnswer(shown, await allRunRows(session, which));
    },
  });
}

/** What a run did to a row; of one it wrote nowhere, that this device's was kept. */
function kindName({ side, op, before }: RunRowItem): string {
  if (side === 'none') return 'kept';
  return op === 'add' && before !== null ? 'restored' : op;
}

function showAnswer({ run, error }: Result<'run.show'>, rows: readonly RunRowItem[]): Answer {
  return {
    json: {
      ...runShape(run),
      rows: rows.map(({ table, key, label, side, op, before, after, choice }) => ({
        table,
        key,
        label,
        side,
        op,
        before,
        after,
        choice,
      })),
      failure: error,
    },
    lines: (words) => [
      `${run.startedAt}  ${words.name('outcome', run.outcome)}`,
      ...(error === null ? [] : [words.errorTitle(error)]),
      ...listLines(
        rows,
        [
          { title: 'column.direction', cell: (row) => (row.side === 'none' ? '' : words.name('direction', row.side)) },
          {
            title: 'column.kind',
            cell: (row) => words.name('kind', kindName(row)),
          },
          { title: 'column.table', cell: (row) => words.name('table', row.table) },
          { title: 'column.record', cell: (row) => row.label },
          { title: 'column.decision', cell: (row) => (row.choice === null ? '' : words.name('choice', row.choice)) },
        ],
        words,
      ),
    ],
  };
}
