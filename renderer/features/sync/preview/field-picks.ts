import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import { canBeEmpty } from './field-words.ts';

/** What is picked for one field: a side, or a value that is being typed. */
export type Pick = 'local' | 'server' | { readonly typed: string };
/** What is picked, by the name of the field. */
export type Picks = Readonly<Record<string, Pick>>;
type Field = PlanRowItem['fields'][number];

/** The fields that ask, with what is picked for them now; a decision made before is read off its result. */
export function initialPicks(row: PartOf<'fields' | 'choice'>): Picks {
  if (row.choice === null || row.choice === 'skip') return {};
  const picks: Record<string, Pick> = {};
  for (const field of row.fields) if (field.clash) picks[field.name] = pickOf(field);
  return picks;
}

type PartOf<K extends keyof PlanRowItem> = { readonly [P in K]: PlanRowItem[P] };

function pickOf(field: Field): Pick {
  if (field.result === field.local) return 'local';
  return field.result === field.server ? 'server' : { typed: field.result ?? '' };
}

/** The fields of a merge as the engine takes them; null while a field is missing or what was typed cannot be used. */
export function toFields(
  row: PartOf<'fields'>,
  picks: Picks,
): Record<string, 'local' | 'server' | { value: string | null }> | null {
  const fields: Record<string, 'local' | 'server' | { value: string | null }> = {};
  for (const field of row.fields) {
    if (!field.clash) continue;
    const pick = picks[field.name];
    if (pick === undefined) return null;
    if (typeof pick === 'string') {
      fields[field.name] = pick;
      continue;
    }
    const value = typedValue(field.name, pick.typed);
    if (value === undefined) return null;
    fields[field.name] = { value };
  }
  return fields;
}

/** Whether what is picked comes to what the record is to become already. */
export function isInForce(row: PartOf<'fields'>, picks: Picks): boolean {
  return row.fields.every((field) => !field.clash || pickedCell(field, picks[field.name]) === field.result);
}

/** A typed value as a cell; undefined when it cannot be used. */
export function typedValue(name: string, typed: string): string | null | undefined {
  const text = typed.trim();
  if (text === '') return canBeEmpty(name) ? null : undefined;
  if (name !== 'delta') return text;
  const plain = text.replace('−', '-').replace('+', '');
  return /^-?\d{1,9}$/.test(plain) ? String(Number(plain)) : undefined;
}

/** The cell a pick leads to, for showing the result; undefined while there is none. */
export function pickedCell(field: Field, pick: Pick | undefined): string | null | undefined {
  if (pick === undefined) return undefined;
  return typeof pick === 'string' ? field[pick] : typedValue(field.name, pick.typed);
}
