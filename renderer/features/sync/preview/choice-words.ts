import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import { shownText } from '../../../../shared/model/visible-text.ts';
import { fieldWord, type Words } from './field-words.ts';

/** How a question is answered so far, in a word or two; where it was answered field by field from one side alone, which side's value of what. */
export function choiceWord(
  row: Pick<PlanRowItem, 'choice' | 'conflict' | 'fields' | 'table'>,
  { t }: Pick<Words, 't'>,
): string {
  const { fields, table } = row;
  const choice = chosenInLine(row);
  if (choice !== 'merge') return t(`sync:decision.${choice ?? 'decide'}`);
  const asked = fields.filter(({ clash }) => clash);
  const [first] = asked;
  const side = (['server', 'local'] as const).find((from) => asked.every((field) => field.result === field[from]));
  if (first === undefined) return t('sync:decision.merge');
  const field = asked.length === 1 ? fieldWord(first.name, t, table) : t('sync:decision.values');
  if (side !== undefined) return t(`sync:decision.of.${side}`, { field });
  return asked.length === 1 ? t('sync:decision.of.typed', { field }) : t('sync:decision.merge');
}

/** Which answer a question counts as having: of two records with one number both are kept where this PC's gives way. */
export function chosenInLine({ choice, conflict }: Pick<PlanRowItem, 'choice' | 'conflict'>): PlanRowItem['choice'] {
  return conflict === 'same-identity' && choice === 'server' ? 'both' : choice;
}

/** What a change that is left out waits for, by its name: the engine names the table first, people know the rest. Null where it waits for nothing. */
export function blockerName({ blockedBy }: Pick<PlanRowItem, 'blockedBy'>): string | null {
  return blockedBy === null ? null : shownText(blockedBy.replace(/^\S+ /, ''));
}
