import type { Command } from 'commander';
import type { PlanSummary } from '../../shared/contract/sync.ts';
import { addCommand, addGroup, flag, text } from './command.ts';
import type { CommandKit } from './command.ts';
import { idOf } from '../../shared/model/ids.ts';
import { listing } from './listing.ts';
import { planAnswer } from './plan-answer.ts';
import { planShape } from '../../shared/contract/plan-document.ts';

const listedPlan = (plan: PlanSummary) => ({
  ...planShape(plan),
  state: plan.state,
  total: plan.total,
  undecided: plan.undecided,
});

/** `plan list|show`. */
export function addPlanCommands(program: Command, kit: CommandKit): void {
  const group = addGroup(program, kit, 'plan', 'about.plan');
  addCommand(group, kit, {
    name: 'list',
    about: 'about.plan-list',
    options: { connection: text('--connection <name>', 'option.connection') },
    examples: ['plan list --json'],
    run: async (session, _args, options) => {
      const classId = await session.classId();
      const only =
        options.connection === undefined ? {} : { connectionId: (await session.connection(options.connection)).id };
      const { items } = await session.call('plan.list', { classId, ...only });
      return listing(items, listedPlan, [
        { title: 'column.at', cell: (plan) => plan.madeAt },
        { title: 'column.connection', cell: (plan) => plan.connection },
        { title: 'column.state', cell: (plan, words) => words.name('state', plan.state) },
        { title: 'column.count', numeric: true, cell: (plan) => plan.total },
        { title: 'column.undecided', numeric: true, cell: (plan) => plan.undecided },
        { title: 'column.id', cell: (plan) => plan.planId },
      ]);
    },
  });
  addCommand(group, kit, {
    name: 'show',
    about: 'about.plan-show',
    args: ['<id>'],
    options: { rows: flag('--rows', 'option.rows') },
    examples: ['plan show 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11 --rows'],
    run: async (session, [id], { rows }) => {
      const plan = await session.call('plan.show', { classId: await session.classId(), planId: idOf('plan', id) });
      return planAnswer(session, plan, rows);
    },
  });
}
