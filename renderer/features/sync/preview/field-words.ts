import type { TFunction } from 'i18next';
import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import { clippedText, visibleText } from '../../../../shared/model/visible-text.ts';
import type { Format } from '../../../format.ts';

/** What the words of a row are made with. */
export interface Words {
  readonly t: TFunction;
  readonly format: Format;
  /** Without quotation marks around written text: where a value stands by itself. */
  readonly plain?: boolean;
  /** For a list that leaves the screen: nothing that is true only now. */
  readonly paper?: boolean;
  /** The most characters of a value; on paper and in files there is no such limit. */
  readonly most?: number;
}

/** Where a value of a field stands. */
export type FieldSide = 'base' | 'local' | 'server' | 'result';
type Field = PlanRowItem['fields'][number];

const known = [
  'name',
  'number',
  'group_id',
  'note',
  'avatar_hash',
  'created_at',
  'deleted_at',
  'deleted_by',
  'text',
  'delta',
  'category',
  'sort',
  'color',
  'at',
  'by',
  'device_name',
  'student_id',
  'reason_id',
  'event_id',
  'reward_id',
  'redemption_id',
  'settlement_id',
  'tag',
  'cost',
  'limit_per_student',
  'active',
  'built_in',
  'value',
] as const;

/** A field as people call it; a column this page does not know keeps its own name. What students have as a name, things have by another word in some languages. */
export function fieldWord(name: string, t: TFunction, table: string): string {
  if (name === 'name' && table !== 'student') return t('sync:field.nameOfThing');
  // The column has another name; what stands in it is what the points were given for.
  if (name === 'text' && table === 'score_event') return t('sync:field.reason_id');
  const found = known.find((candidate) => candidate === name);
  return found === undefined ? name : t(`sync:field.${found}`);
}

/** Columns that say how a record came to be, not what it says. */
const background: ReadonlySet<string> = new Set([
  'created_at',
  'deleted_by',
  'sort',
  'built_in',
  'color',
  'device_id',
  'device_name',
  'at',
  'by',
  'type',
  'image',
]);

/** Whether a column says what a record is, not how it came to be. */
export function isShown(name: string): boolean {
  return !background.has(name);
}

/** Whether a field points to a record nobody here knows the name of: its id says nothing. */
export function isUnknown(row: Pick<PlanRowItem, 'names'>, name: string): boolean {
  const names = row.names[name];
  return (
    name.endsWith('_id') && [names?.base, names?.local, names?.server, names?.result].every((known) => known == null)
  );
}

/** The fields worth a line; those behind the scenes only when there is nothing else. */
export function visibleFields(fields: readonly Field[]): readonly Field[] {
  const shown = fields.filter((field) => field.clash || !background.has(field.name));
  return shown.length > 0 ? shown : fields;
}

/** Columns whose text people wrote, shown in quotation marks. */
const written: ReadonlySet<string> = new Set(['name', 'note', 'text']);
const times: ReadonlySet<string> = new Set(['created_at', 'at']);
const truths: ReadonlySet<string> = new Set(['active', 'built_in']);

/** Columns for which a value can be typed. */
const typed: ReadonlySet<string> = new Set(['name', 'number', 'note', 'text', 'category', 'delta']);

/** Whether another value than the two there are can be typed for a field. */
export function canType(name: string): boolean {
  return typed.has(name);
}

/** Fields that may be left empty. */
export function canBeEmpty(name: string): boolean {
  return name === 'number' || name === 'note' || name === 'category';
}

/** A value of a field as people read it. */
export function valueText(row: Pick<PlanRowItem, 'names'>, field: Field, side: FieldSide, words: Words): string {
  return cellText(field.name, field[side], row.names[field.name]?.[side] ?? null, words);
}

/** A canonical cell as people read it, with nothing in it that hides or reorders text. `label`: what a reference points to. */
export function cellText(name: string, cell: string | null, label: string | null, words: Words): string {
  const text = visibleText(rawText(name, cell, label, words));
  return words.most === undefined ? text : clippedText(text, words.most);
}

function rawText(name: string, cell: string | null, label: string | null, { t, format, plain }: Words): string {
  if (name === 'deleted_at')
    return cell === null ? t('sync:value.present') : t('sync:value.deleted', { when: format.when(cell) });
  if (cell === null || cell === '') return t('sync:value.none');
  if (name === 'avatar_hash') return t('sync:value.picture');
  if (label !== null) return label;
  if (name === 'delta') return format.signed(Number(cell));
  if (times.has(name)) return format.when(cell);
  if (truths.has(name)) return cell === 'true' ? t('sync:value.yes') : t('sync:value.no');
  return written.has(name) && plain !== true ? t('sync:value.quoted', { text: cell }) : cell;
}
