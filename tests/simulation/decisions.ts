import type { PlanRowItem } from '../../shared/contract/sync.ts';
import { pick } from './random.ts';
import { rowsOf } from './plan-rows.ts';
import { codeOf, newText, type Member, type World } from './world.ts';

/** How a person decides: all for one side, each as it comes and some not at all, or nothing. */
export type Rule = 'local' | 'server' | 'some' | 'none';

/** Decides the conflicts of a plan by a rule. */
export async function decide(world: World, member: Member, planId: string, rule: Rule): Promise<void> {
  if (rule === 'none') return;
  for (const row of await rowsOf(member, planId)) {
    if (rule === 'some' && row.included && row.kind !== 'conflict' && world.next(12) === 0)
      await tick(member, planId, row, false);
    // What was left out once stays out of later plans until somebody says otherwise.
    if (rule !== 'some' && !row.included && row.refused === null) await tick(member, planId, row, true);
    const stands = row.choice !== null && row.choice !== 'skip' && row.left !== 'value-taken';
    if (row.kind !== 'conflict' || stands) continue;
    for (const choice of choicesFor(world, row, rule)) if (await choose(member, planId, row, choice)) break;
  }
}

interface Choice {
  readonly choice: 'local' | 'server' | 'merge' | 'skip' | 'rename';
  readonly fields?: Record<string, 'local' | 'server' | { readonly value: string | null }>;
}

/** What a person would try, the first that fits counts. */
function choicesFor(world: World, row: PlanRowItem, rule: Rule): readonly Choice[] {
  if (row.conflict === 'same-identity') {
    const free: Choice = { choice: 'rename', fields: { number: { value: null } } };
    const typed: Choice = { choice: 'rename', fields: { number: { value: newText(world, 'N').replace(' ', '') } } };
    if (rule === 'some')
      return [pick(world.next, [free, typed, { choice: 'skip' }, { choice: 'server' }]) ?? free, free];
    return [free];
  }
  // The list says that another record has the value that was decided for: a person takes the other side.
  if (row.left === 'value-taken')
    return row.choice === 'local'
      ? [{ choice: 'server' }, { choice: 'local' }]
      : [{ choice: 'local' }, { choice: 'server' }];
  if (rule !== 'some') return [{ choice: rule === 'local' ? 'local' : 'server' }];
  const clashes = row.fields.filter(({ clash }) => clash);
  const merge: Choice = {
    choice: 'merge',
    fields: Object.fromEntries(clashes.map(({ name }) => [name, world.next(2) === 0 ? 'local' : 'server'])),
  };
  return [pick(world.next, [{ choice: 'local' }, { choice: 'server' }, { choice: 'skip' }, merge]) ?? merge];
}

async function choose(
  { device, classId }: Member,
  planId: string,
  row: PlanRowItem,
  { choice, fields }: Choice,
): Promise<boolean> {
  try {
    await device.call('plan.decide', { classId, planId, target: { ordinals: [row.ordinal] }, choice, fields });
    return true;
  } catch (error) {
    if (codeOf(error) === 'resolve-invalid') return false;
    throw error;
  }
}

async function tick({ device, classId }: Member, planId: string, row: PlanRowItem, include: boolean): Promise<void> {
  await device.call('plan.decide', { classId, planId, target: { ordinals: [row.ordinal] }, include });
}
