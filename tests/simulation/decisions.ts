import type { PlanRowItem } from '../../shared/contract/sync.ts';
import { pick } from './random.ts';
import { rowsOf } from './plan-rows.ts';
import { addressOf } from './snapshot.ts';
import { codeOf, countFault, newText, type Member, type World } from './world.ts';

/** How a person decides: all for one side, each as it comes and some not at all, all that is open in one go, or nothing. */
export type Rule = 'local' | 'server' | 'some' | 'all-at-once' | 'none';

/** Decides the conflicts of a plan by a rule. */
export async function decide(world: World, member: Member, planId: string, rule: Rule): Promise<void> {
  if (rule === 'none') return;
  const { classId, device } = member;
  const { restored } = await device.call('plan.show', { classId, planId });
  // The copies of the other devices are older still: what is there nowhere else is better sent.
  if (restored !== null && restored.rows > 0)
    await device.call('plan.decide', {
      classId,
      planId,
      target: { restored: rule === 'some' && world.next(3) === 0 ? 'take-server' : 'send-newer' },
    });
  if (rule === 'all-at-once') return await decideAll(world, member, planId);
  for (const row of await rowsOf(member, planId)) {
    if (rule === 'some' && row.included && row.kind !== 'conflict' && world.next(12) === 0)
      await tick(member, planId, row, false);
    // What was left out once stays out of later plans until somebody says otherwise.
    if (rule !== 'some' && !row.included && row.refused === null) await tick(member, planId, row, true);
    const stands = row.choice !== null && row.choice !== 'skip' && row.left !== 'value-taken';
    if (rule === 'some' && (await overrule(world, member, planId, row))) continue;
    if (row.kind !== 'conflict' || stands) continue;
    for (const choice of choicesFor(world, row, rule)) if (await choose(world, member, planId, row, choice)) break;
  }
}

/** What may be said of all that is open at once. */
const bulkRules = ['local', 'server', 'both', 'later', 'newer', 'merge-local', 'merge-server'] as const;

/** One decision for all that is open, taken back and made again as people do. */
async function decideAll(world: World, { device, classId }: Member, planId: string): Promise<void> {
  const filter = { kinds: ['conflict' as const], unresolved: true };
  const rule = pick(world.next, bulkRules) ?? 'local';
  await device.call('plan.decide', { classId, planId, target: { filter }, rule });
  if (world.next(3) === 0) {
    await device.call('plan.undo', { classId, planId });
    if (world.next(2) === 0) await device.call('plan.redo', { classId, planId });
  }
  countFault(world, 'bulk-decision');
}

/** Where the newer of two changes counts by itself, somebody may let the other one count, or a value of their own; or think better of it. Answers whether they did. */
async function overrule(world: World, member: Member, planId: string, row: PlanRowItem): Promise<boolean> {
  const names = row.fields.filter(({ newer, overruled }) => newer === true || overruled === true);
  if (row.kind === 'conflict' || names.length === 0 || world.next(4) === 0) return false;
  if (row.choice !== null) {
    const { device, classId } = member;
    await device.call('plan.decide', { classId, planId, target: { ordinals: [row.ordinal] }, choice: null });
    return true;
  }
  const fields = names.map((field) => [field.name, otherThanNewer(world, field)] as const);
  return await choose(world, member, planId, row, { choice: 'merge', fields: Object.fromEntries(fields) });
}

function otherThanNewer(world: World, { name, result, local }: PlanRowItem['fields'][number]): FieldChoice {
  if ((name === 'note' || name === 'name') && world.next(4) === 0) return { value: newText(world, name) };
  return result === local ? 'server' : 'local';
}

type FieldChoice = 'local' | 'server' | { readonly value: string | null };

interface Choice {
  readonly choice: 'local' | 'server' | 'merge' | 'skip' | 'rename' | 'adopt' | 'both';
  readonly fields?: Record<string, FieldChoice>;
}

/** What a person would try, the first that fits counts. */
function choicesFor(world: World, row: PlanRowItem, rule: Rule): readonly Choice[] {
  if (row.conflict === 'same-identity') {
    const free: Choice = { choice: 'rename', fields: { number: { value: null } } };
    // Two records of one pupil are seldom, and so is the occasion to make one of them.
    if (rule === 'some' && row.rival !== null && world.next(2) === 0) return [{ choice: 'adopt' }, free];
    const typed: Choice = { choice: 'rename', fields: { number: { value: newText(world, 'N').replace(' ', '') } } };
    if (rule === 'some')
      return [
        pick(world.next, [
          free,
          typed,
          { choice: 'skip' },
          { choice: 'server' },
          { choice: 'adopt' },
          { choice: 'adopt', fields: { name: 'local' } },
        ]) ?? free,
        free,
      ];
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
  const both: Choice = { choice: 'both', ...(row.table === 'student' ? { fields: { number: { value: null } } } : {}) };
  const choices: readonly Choice[] = [{ choice: 'local' }, { choice: 'server' }, { choice: 'skip' }, merge, both];
  return [pick(world.next, choices) ?? merge, { choice: 'server' }];
}

async function choose(
  { ownValues }: World,
  { device, classId }: Member,
  planId: string,
  row: PlanRowItem,
  { choice, fields }: Choice,
): Promise<boolean> {
  try {
    await device.call('plan.decide', { classId, planId, target: { ordinals: [row.ordinal] }, choice, fields });
    // A draft holds until the row is decided anew, also in later lists.
    for (const { name } of row.fields) {
      const cell = `${addressOf(row.table, row.key)} ${name}`;
      if (choice === 'adopt' && fields?.[name] === 'local') ownValues.add(cell);
      else ownValues.delete(cell);
    }
    return true;
  } catch (error) {
    if (codeOf(error) === 'resolve-invalid') return false;
    throw error;
  }
}

async function tick({ device, classId }: Member, planId: string, row: PlanRowItem, include: boolean): Promise<void> {
  await device.call('plan.decide', { classId, planId, target: { ordinals: [row.ordinal] }, include });
}
