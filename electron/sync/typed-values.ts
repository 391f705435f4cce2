import type { CatalogColumn, CatalogTable, TextRule } from '../../shared/catalog/catalog.ts';
import { canonicalCell } from '../../shared/catalog/value.ts';
import { hexColor, optionalNote, optionalText, requiredText } from '../../shared/model/text-rules.ts';
import type { Cell, Choice, FieldChoice, PlanRow } from '../../shared/sync/plan.ts';
import { askedTrees } from '../../shared/sync/resolve.ts';
import { cellOf } from '../../shared/sync/row.ts';

/** Types whose values a person can type where no rule for texts says otherwise. */
const typeable = new Set<CatalogColumn['type']>(['int4', 'int8', 'numeric', 'bool', 'jsonb']);

/**
 * A choice with its typed values as the databases hold them; null where it types into a column that takes only one of the two sides' values (references,
 * times, keys). Throws what the rule of the value throws: `blank-name`, `name-too-long`, `number-too-long`, `text-too-long`, `text-invalid`, `value-refused`.
 */
export function judgeTyped(table: CatalogTable, row: PlanRow, choice: Choice): Choice | null {
  if (choice.fields === undefined) return choice;
  const judged = new Map<string, FieldChoice>();
  for (const [name, field] of Object.entries(choice.fields)) {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (column === undefined) return null;
    if (typeof field !== 'object') judged.set(name, field);
    else {
      const value = judgeValue(table, column, row, field.value);
      if (value === undefined) return null;
      judged.set(name, { value });
    }
  }
  return { ...choice, fields: Object.fromEntries(judged) };
}

function judgeValue(table: CatalogTable, column: CatalogColumn, row: PlanRow, value: Cell): Cell | undefined {
  const { name } = column;
  const trees = askedTrees(row);
  if ([trees.local, trees.server].some((side) => side !== null && cellOf(side, name) === value)) return value;
  const field = column.rule;
  if (field !== undefined && value !== null) return judgeText(field, value, column.nullable);
  if (field === undefined && !typeable.has(column.type)) return undefined;
  return canonicalCell(table, column, value);
}

function judgeText(field: TextRule, value: string, nullable: boolean): Cell {
  if (field === 'color') return hexColor(value);
  if (field === 'note') return optionalNote(value);
  return nullable ? optionalText(field, value) : requiredText(field, value);
}
