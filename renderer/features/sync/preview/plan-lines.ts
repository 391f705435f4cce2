import type { PlanRowItem, PlanSummary } from '../../../../shared/contract/sync.ts';
import { call } from '../../../client.ts';
import { toPlanFilter, type ChangeFilter } from './change-filter.ts';
import { outcomeText } from './change-columns.tsx';
import { kindWord } from './kind-mark.tsx';
import { choiceWord } from './choice-words.ts';
import type { Words } from './field-words.ts';
import { paperWords, pointsApart } from './paper-words.ts';
import { sideOrigin } from './when-words.ts';
import { insteadOfKind, whatHappens } from './fixed-words.ts';
import { isDecided, recordText } from './what-changes.ts';

/** What one call may ask for. */
const pageSize = 200;

/** Every row of a plan that a filter keeps, in its order. */
export async function readPlanRows(plan: PlanSummary, filter: ChangeFilter): Promise<readonly PlanRowItem[]> {
  const { classId, planId } = plan;
  const { ordinals } = await call('plan.index', { classId, planId, filter: toPlanFilter(filter), sort: filter.sort });
  const rows: PlanRowItem[] = [];
  for (let from = 0; from < ordinals.length; from += pageSize) {
    const { items } = await call('plan.rows', { classId, planId, ordinals: ordinals.slice(from, from + pageSize) });
    rows.push(...items);
  }
  return rows;
}

/** The columns of a list on paper or in a spreadsheet. Whose changes they were says nothing of a list that takes them back, as on the screen. */
export function planHeads({ t }: Words, purpose: PlanSummary['purpose'] = 'sync'): readonly string[] {
  return [
    t('sync:column.change'),
    t('sync:list.direction'),
    t('sync:column.record'),
    t('history:points'),
    t('sync:column.what'),
    ...(purpose === 'undo' ? [] : [t('sync:ends.here'), t('sync:ends.server')]),
    t('sync:column.decision'),
  ];
}

/** A change as a line of such a list. */
export function planLine(row: PlanRowItem, shown: Words, purpose: PlanSummary['purpose'] = 'sync'): readonly string[] {
  const words = paperWords(shown);
  const { t } = words;
  return [
    t(`sync:kind.${insteadOfKind(row, purpose) ?? kindWord(row)}`),
    t(`sync:direction.${row.direction}`),
    recordText(row, words),
    ...pointsApart(row.table, whatHappens(row, purpose, words)),
    ...bothOrigins(row, words, purpose),
    outcomeOf(row, words, purpose),
  ];
}

/** Who changed a row on each side and when, as far as a list of that purpose says it: what stands below the heads `planHeads` gives it. */
export function bothOrigins(
  row: Parameters<typeof sideOrigin>[0],
  words: Words,
  purpose: PlanSummary['purpose'],
): readonly string[] {
  return purpose === 'undo' ? [] : [sideOrigin(row, 'local', words), sideOrigin(row, 'server', words)];
}

/** What comes of a change: a decision that is left out all the same, or waits for another one, is not carried out. */
function outcomeOf(row: PlanRowItem, words: Words, purpose: PlanSummary['purpose']): string {
  if (row.kind !== 'conflict') return outcomeText(row, words, purpose);
  if (!isDecided(row) || row.choice === null || row.included) return choiceWord(row, words);
  return outcomeText(row, words, purpose);
}
