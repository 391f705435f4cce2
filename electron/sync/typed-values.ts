import type { CatalogColumn, CatalogTable, TextRule } from '../../shared/catalog/catalog.ts';
import { canonicalCell } from '../../shared/catalog/value.ts';
import { hexColor, optionalNote, optionalText, requiredText } from '../../shared/model/text-rules.ts';
import type { Cell, Choice, FieldChoice, PlanRow } from '../../shared/sync/plan.ts';
import { askedTrees } from '../../shared/sync/resolve.ts';
import { cellOf } from '../../shared/sync/row.ts';

/** Types whose values a person can type where no rule for texts says otherwise. */
const typeable = new Set<CatalogColumn['type']>(['int4', 'int8', 'numeric', 'bool', 'jsonb']);

type Asked = Pick<PlanRow, 'trees' | 'gone'>;

const texts = new Set<CatalogColumn['type']>(['text', 'varchar', 'char']);

/**
 * A choice with its typed values as the databases hold them; null where it types into a column that takes only one of the two sides' values (references,
 * times, keys, texts that have no rule and that several records may have). Throws what the rule of the value throws: `blank-name`, `name-too-long`, `number-too-long`, `text-too-long`, `text-invalid`, `value-refused`.
 */
export function judgeTyped(table: CatalogTable, row: Asked, choice: Choice): Choice | null {
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

function judgeValue(table: CatalogTable, column: CatalogColumn, row: Asked, value: Cell): Cell | undefined {
  const { name } = column;
  const trees = askedTrees(row);
  if ([trees.local, trees.server].some((side) => side !== null && cellOf(side, name) === value)) return value;
  const field = column.rule;
  if (field !== undefined && value !== null) return judgeText(field, value, column.nullable);
  if (field === undefined && !typeable.has(column.type) && !isClaimed(table, column, value)) return undefined;
  return canonicalCell(table, column, value);
}

/** Texts, and nothing at all, can be typed for what one record at a time may have: without another value the question who has it could not be answered. */
function isClaimed(table: CatalogTable, { name, type }: CatalogColumn, value: Cell): boolean {
  const claims = [...table.unique.flatMap(({ columns }) => columns), ...table.naturalKeys.flat()];
  if (!claims.includes(name) || table.key.includes(name)) return false;
  return value === null || texts.has(type);
}

function judgeText(field: TextRule, value: string, nullable: boolean): Cell {
  if (field === 'color') return hexColor(value);
  if (field === 'note') return optionalNote(value);
  return nullable ? optionalText(field, value) : requiredText(field, value);
}
