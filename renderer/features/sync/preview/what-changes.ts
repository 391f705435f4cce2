import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import { visibleText } from '../../../../shared/model/visible-text.ts';
import { shownCategory, shownReason } from '../../../../shared/text/shown-reason.ts';
import { shownLabel, shownPoints } from '../shown-label.ts';
import { fieldWord, isUnknown, valueText, visibleFields, type Words } from './field-words.ts';

/** A piece of the sentence about a row: `old` is struck out, `strong` stands out. */
export interface Piece {
  readonly kind: 'plain' | 'old' | 'strong';
  readonly text: string;
}

const arrow: Piece = { kind: 'plain', text: ' → ' };
/** More fields than this are counted, not named. */
const longest = 2;

function plain(text: string): Piece {
  return { kind: 'plain', text };
}

/** What happens to a row, short enough for a line of the list. */
export function whatChanges(row: PlanRowItem, words: Words): readonly Piece[] {
  if (isErasure(row)) return [plain(words.t('sync:what.erased'))];
  switch (row.kind) {
    case 'add':
      return row.restored ? [plain(words.t('sync:what.restored'))] : added(row, words);
    case 'update':
      return changed(row, words);
    case 'delete':
      return [plain(deletedText(row.table, words))];
    case 'conflict':
      return isDecided(row) ? decided(row, words) : asked(row, words);
  }
}

/** Whether a row says that a student is erased for good. As a record it is a new one; to people it takes somebody away. */
export function isErasure({ table, kind }: Pick<PlanRowItem, 'table' | 'kind'>): boolean {
  return table === 'erasure' && kind === 'add';
}

/** Whether a person has settled a conflict. */
export function isDecided(row: Pick<PlanRowItem, 'choice' | 'kind'>): boolean {
  return row.kind !== 'conflict' || (row.choice !== null && row.choice !== 'skip');
}

function added(row: PlanRowItem, words: Words): readonly Piece[] {
  const { t } = words;
  const cell = (name: string) => row.fields.find((field) => field.name === name);
  const text = (name: string): string | null => {
    const field = cell(name);
    return field === undefined || field.result === null ? null : valueText(row, field, 'result', words);
  };
  switch (row.table) {
    case 'score_event': {
      const note = cell('note')?.result ?? null;
      const reason = shownReason({ t }, cell('reason_id')?.result ?? null, cell('text')?.result ?? '');
      const said = `${reason}${note === null ? '' : ` · ${note}`}`;
      return [{ kind: 'strong', text: text('delta') ?? '' }, plain(` ${visibleText(said)}`)];
    }
    case 'score_void':
      return voidedPoints(row, words);
    case 'settlement':
      return [plain(t('sync:what.settled'))];
    case 'settlement_event':
      return [plain(t('sync:what.settledEvent'))];
    case 'settlement_void':
      return [plain(t('sync:what.settlementVoided'))];
    case 'redemption': {
      const cost = Number(cell('cost')?.result ?? 0);
      return [
        { kind: 'strong', text: words.format.signed(-cost) },
        plain(` ${visibleText(cell('name')?.result ?? '')}`),
      ];
    }
    case 'student_tag':
      return [plain(t('sync:what.tagged'))];
    case 'reason': {
      const category = shownCategory({ t }, cell('built_in')?.result === 'true', cell('category')?.result ?? '');
      return [{ kind: 'strong', text: text('delta') ?? '' }, plain(` ${visibleText(category)}`)];
    }
    default: {
      const named = visibleFields(row.fields).filter(
        (field) => !row.label.includes(field.result ?? '') && !isUnknown(row, field.name),
      );
      const pieces = named.flatMap((field) =>
        field.result === null
          ? []
          : [`${fieldWord(field.name, t, row.table)} ${valueText(row, field, 'result', words)}`],
      );
      const said = pieces.length === 0 ? t('sync:what.new') : words.format.series(pieces.slice(0, longest));
      return [
        plain(row.alike.length === 0 ? said : words.format.aside(said, t('sync:what.alike', alikeTo(row, words)))),
      ];
    }
  }
}

/** The records of the server a new one here is probably the same as, for a sentence. */
export function alikeTo({ alike }: Pick<PlanRowItem, 'alike'>, { format }: Words): { readonly record: string } {
  return { record: format.series(alike) };
}

/** Which points are taken back: as they were given, and not struck out, which would say it twice. How many is not always known; on paper the number stands apart. */
function voidedPoints({ voids }: PlanRowItem, { t, format, paper }: Words): readonly Piece[] {
  const delta = Number(voids?.['delta'] ?? Number.NaN);
  if (Number.isNaN(delta)) return [plain(t('sync:what.voided'))];
  return [
    { kind: 'strong', text: format.signed(delta) },
    plain(` ${t(paper === true ? 'sync:what.voided' : 'sync:what.takenBack')}`),
  ];
}

function changed(row: PlanRowItem, words: Words): readonly Piece[] {
  const fields = visibleFields(row.fields);
  const named = fields
    .slice(0, longest)
    .flatMap((field, index): readonly Piece[] => [
      plain(`${index === 0 ? '' : words.format.series(['', ''])}${fieldWord(field.name, words.t, row.table)} `),
      { kind: 'old', text: valueText(row, field, from(row, field), words) },
      arrow,
      plain(
        field.newer === true || field.overruled === true
          ? words.format.aside(
              valueText(row, field, 'result', words),
              words.t(field.newer === true ? 'sync:what.newer' : 'sync:what.overruled'),
            )
          : valueText(row, field, 'result', words),
      ),
    ]);
  const more = fields.length - longest;
  return more > 0 ? [...named, plain(` ${words.t('sync:what.more', { count: more })}`)] : named;
}

/** The side whose change of a field counts, where both changed it and the newer one does; null where that is not so. */
export function newerSide(row: Pick<PlanRowItem, 'fields'>): 'local' | 'server' | null {
  const field = row.fields.find(({ newer }) => newer === true);
  if (field === undefined) return null;
  return field.result === field.local ? 'local' : 'server';
}

/** The fields both sides changed and of which one value counts without a question, the newer one or, where somebody decided so, the other. */
export function byTimeFields({ fields }: Pick<PlanRowItem, 'fields'>): PlanRowItem['fields'] {
  return fields.filter(({ newer, overruled }) => newer === true || overruled === true);
}

/** The value the result replaces: that of the change that does not count, where both sides had one before, that, else what the written side has. */
function from(row: PlanRowItem, field: PlanRowItem['fields'][number]): 'base' | 'local' | 'server' {
  if (field.newer === true || field.overruled === true) return field.result === field.local ? 'server' : 'local';
  if (row.direction === 'up') return 'server';
  return row.direction === 'down' ? 'local' : field.base === field.result ? 'local' : 'base';
}

/** Tables whose records can stand twice: this PC's version as a record of its own. */
const canStandTwice: ReadonlySet<string> = new Set(['student', 'group', 'reason', 'reward']);

/** Whether both versions of a record can live: as two. */
export function canKeepBoth(row: Pick<PlanRowItem, 'conflict' | 'table'>): boolean {
  return (row.conflict === 'both-updated' || row.conflict === 'both-added') && canStandTwice.has(row.table);
}

/** What is decided when both versions are kept: two students cannot have one number, so this PC's goes without. */
export function keepBothFields(row: Pick<PlanRowItem, 'fields' | 'unchanged'>): Record<string, { value: null }> {
  const number = [...row.fields, ...row.unchanged].find(({ name }) => name === 'number');
  const held = number === undefined ? null : 'value' in number ? number.value : number.local;
  return held === null ? {} : { number: { value: null } };
}

function decided(row: PlanRowItem, words: Words): readonly Piece[] {
  if (row.choice === 'both') return [plain(words.t('sync:what.both'))];
  if (row.choice === 'adopt') return [plain(words.t('sync:what.adopted', { record: row.other ?? '' }))];
  if (isDeletionAsked(row))
    return [plain(words.t(deletedInResult(row) ? 'sync:what.staysDeleted' : 'sync:what.restored'))];
  const clashing = row.fields.filter((field) => field.clash);
  return clashing
    .slice(0, longest)
    .flatMap((field, index): readonly Piece[] => [
      plain(`${index === 0 ? '' : words.format.series(['', ''])}${fieldWord(field.name, words.t, row.table)}`),
      arrow,
      { kind: 'strong', text: valueText(row, field, 'result', words) },
    ]);
}

function asked(row: PlanRowItem, words: Words): readonly Piece[] {
  const { t } = words;
  const copied = row.reason === 'file-restored';
  switch (row.conflict) {
    case 'updated-here-deleted-there':
      if (copied) return [plain(t('sync:what.addedHereGoneThere'))];
      return [plain(t('sync:what.changedHereDeletedThere'))];
    case 'deleted-here-updated-there':
      if (copied) return [plain(t('sync:what.deletedHereStillThere'))];
      return [
        plain(
          t(row.reason === 'server-restored' ? 'sync:what.deletedHereAgainThere' : 'sync:what.deletedHereChangedThere'),
        ),
      ];
    case 'parent-deleted': {
      const key = deletedHere(row) ? 'sync:what.deletedHereNewThere' : 'sync:what.deletedThereNewHere';
      return [plain(t(key, { count: row.newChildren }))];
    }
    case 'same-identity':
      return [plain(claimedText(row, words))];
    case 'both-updated':
    case 'both-added':
    case 'integrity':
    case null:
      return eitherOr(row, words);
  }
}

/** Which value two records have, and who the other one is: "number 13: also Emma Li". */
function claimedText(row: PlanRowItem, { t }: Words): string {
  const claim = claimOf(row);
  const value = visibleText(claim?.value ?? '');
  const field = fieldWord(claim?.field ?? '', t, row.table);
  // The name alone: the value it shares is said already.
  const other = (row.other ?? '').replace(` · ${value}`, '');
  return t(other === '' ? 'sync:what.claimed' : 'sync:what.claimedBy', { field, value, other });
}

function eitherOr(row: PlanRowItem, words: Words): readonly Piece[] {
  const [first, ...others] = row.fields.filter((field) => field.clash);
  if (first === undefined) return [];
  const question = words.t('sync:what.either', {
    local: valueText(row, first, 'local', words),
    server: valueText(row, first, 'server', words),
  });
  const base: readonly Piece[] =
    first.base === null ? [] : [{ kind: 'old', text: valueText(row, first, 'base', words) }];
  const more = others.length > 0 ? [plain(` ${words.t('sync:what.more', { count: others.length })}`)] : [];
  return [plain(base.length === 0 ? question : words.format.lead(question)), ...base, ...more];
}

/** Whether the question of a row is: deleted or not. */
export function isDeletionAsked(row: Pick<PlanRowItem, 'conflict'>): boolean {
  return (
    row.conflict === 'updated-here-deleted-there' ||
    row.conflict === 'deleted-here-updated-there' ||
    row.conflict === 'parent-deleted'
  );
}

/** Whether this PC is the side that deleted the record. */
export function deletedHere(row: Pick<PlanRowItem, 'conflict' | 'fields'>): boolean {
  if (row.conflict === 'deleted-here-updated-there') return true;
  if (row.conflict === 'updated-here-deleted-there') return false;
  const deletion = row.fields.find((field) => field.name === 'deleted_at');
  return deletion !== undefined && deletion.local !== null;
}

function deletedInResult(row: PlanRowItem): boolean {
  return (row.choice === 'local') === deletedHere(row);
}

/** The value two records claim, and the field it stands in. */
export function claimOf(row: Pick<PlanRowItem, 'fields'>): {
  readonly field: string;
  readonly value: string;
  readonly there: string | null;
  readonly before: string | null;
} | null {
  const field = row.fields.find((candidate) => candidate.clash);
  if (field === undefined) return null;
  return { field: field.name, value: field.local ?? field.server ?? '', there: field.server, before: field.base };
}

/** What becomes of a deleted record of a table. */
export function deletedText(table: string, { t }: Pick<Words, 't'>): string {
  switch (table) {
    case 'student':
      return t('sync:what.deletedStudent');
    case 'reason':
      return t('sync:what.deletedReason');
    case 'group':
      return t('sync:what.deletedGroup');
    case 'student_tag':
      return t('sync:what.untagged');
    default:
      return t('sync:what.deleted');
  }
}

const things = [
  'student',
  'student_tag',
  'reason',
  'group',
  'score_event',
  'score_void',
  'settlement',
  'reward',
  'redemption',
  'class_setting',
  'erasure',
] as const;

/** The record a row is about: its kind where that is not plain from the name, and its name. */
export function recordText(row: PlanRowItem, words: Words): string {
  const name = nameText(row, words);
  return row.table === 'student' ? name : `${thingWord(row.table, words)} · ${name}`;
}

/** The name of the record a row is about, without its kind: of points, whose they are and what for. */
export function nameText(row: PlanRowItem, { t }: Words): string {
  const points = row.names['event_id']?.result ?? null;
  const owner =
    row.names['student_id']?.result ??
    (points === null ? null : shownPoints(points, { t })) ??
    row.names['student_id']?.local ??
    null;
  const label = shownLabel({ ...row, row: null }, { t });
  return visibleText(row.table === 'student' ? label : (owner ?? label));
}

/** What kind of record a table holds, as people call it. */
export function thingWord(table: string, { t }: Pick<Words, 't'>): string {
  const thing = things.find((known) => known === table);
  return thing === undefined ? t('sync:thing.other') : t(`sync:thing.${thing}`);
}
