import type { PlanRowItem, PlanSummary } from '../../shared/contract/sync.ts';
import type { Params } from '../../shared/contract/contract.ts';
import { AppError } from '../../shared/errors.ts';
import { planRows, rowLines } from './plan-answer.ts';
import { printable } from './printable.ts';
import type { CliSession } from './session.ts';

type Decision = Omit<Params<'plan.decide'>, 'classId' | 'planId' | 'target'>;

/**
 * Asks about each conflict of a plan that is not decided yet, on standard error; the answers are lines of standard input and are kept
 * with the plan. Stops when told to, or when standard input ends; what is not decided then stays so.
 */
export async function askConflicts(session: CliSession, plan: PlanSummary): Promise<void> {
  const conflicts: PlanRowItem[] = [];
  for await (const row of planRows(session, plan, { kinds: ['conflict'], unresolved: true })) conflicts.push(row);
  for (const [index, row] of conflicts.entries()) {
    session.ask(rowLines(row, session.words).join('\n') + '\n');
    if (!(await askRow(session, plan, row, conflicts.length - index))) return;
  }
}

/** Asks until an answer fits the row; false to stop asking. */
async function askRow(session: CliSession, plan: PlanSummary, row: PlanRowItem, left: number): Promise<boolean> {
  const { classId, planId } = plan;
  const clashes = row.fields.filter((field) => field.clash);
  const adopts = row.conflict === 'same-identity';
  const more =
    (clashes.length > 1 ? session.words.t('ask.merge') : '') +
    session.words.t('ask.both') +
    (adopts ? session.words.t('ask.adopt') : '');
  for (;;) {
    session.ask(session.words.t('ask.question', { left, more }));
    const answer = await session.answer();
    if (answer === undefined || answer === 'q') return false;
    if (answer === 'k') return true;
    const decision = answer === 'm' ? await askFields(session, row) : decisionOf(answer);
    if (decision === undefined) continue;
    try {
      await session.call('plan.decide', { classId, planId, target: { ordinals: [row.ordinal] }, ...decision });
      return true;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'resolve-invalid') throw error;
      session.ask(`${session.words.t('ask.not-possible')}\n`);
    }
  }
}

function decisionOf(answer: string): Decision | undefined {
  switch (answer) {
    case 'l':
      return { choice: 'local' };
    case 's':
      return { choice: 'server' };
    case 'b':
      return { choice: 'both' };
    case 'a':
      return { choice: 'adopt' };
    default:
      return undefined;
  }
}

/** One question per clashing field; undefined when one of them gets no answer. */
async function askFields(session: CliSession, row: PlanRowItem): Promise<Decision | undefined> {
  const fields: Record<string, 'local' | 'server'> = {};
  for (const { name, local, server } of row.fields.filter((field) => field.clash)) {
    session.ask(session.words.t('ask.field', { name, local: shown(local), server: shown(server) }));
    const answer = await session.answer();
    if (answer !== 'l' && answer !== 's') return undefined;
    fields[name] = answer === 'l' ? 'local' : 'server';
  }
  return { choice: 'merge', fields };
}

function shown(value: string | null): string {
  return value === null ? '–' : printable(value);
}
