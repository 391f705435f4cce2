import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import {
  cellText,
  fieldWord,
  isShown,
  isUnknown,
  valueText,
  visibleFields,
  type FieldSide,
  type Words,
} from './field-words.ts';
import { Pieces } from './record-columns.tsx';
import { BeforeAndAfter, FieldsTable } from './fields-table.tsx';
import { sidePieces } from './fixed-words.ts';
import { byTimeFields, isDecided } from './what-changes.ts';
import { baseOrigin, sideOrigin } from './when-words.ts';
import styles from './detail.module.css';

/** Field | Before | This PC | Server | Result, for what differs. Columns that say nothing new are left out. */
export function FieldTable(props: { readonly row: PlanRowItem; readonly words: Words }) {
  const { row, words } = props;
  const { t } = words;
  const merged = row.direction === 'both' || row.kind === 'conflict' || byTimeFields(row).length > 0;
  const sides = sidesOf(row, merged);
  const head = (side: FieldSide): string =>
    merged ? t(`sync:side.${side}`) : t(side === 'result' ? 'sync:side.after' : 'sync:side.base');
  return (
    <FieldsTable
      heads={sides.map((side) => ({ id: side, word: head(side) }))}
      fields={visibleFields(row.fields.filter(({ name }) => !isUnknown(row, name))).map((field) => ({
        name: field.name,
        word: fieldWord(field.name, t, row.table),
        values: sides.map((side) => valueText(row, field, side, words)),
      }))}
      result={sides.includes('result')}
    />
  );
}

/** Of a row of which the two sides become something else: what happens on each, field by field. */
export function SideTables(props: { readonly row: PlanRowItem; readonly words: Words }) {
  const { row, words } = props;
  const { t } = words;
  if (row.sides === null) return <FieldTable row={row} words={words} />;
  const { sides, table, key } = row;
  return (['up', 'down'] as const).map((side) => (
    <BeforeAndAfter
      key={side}
      row={{ table, key, ...sides[side] }}
      words={words}
      caption={
        <>
          <strong>{words.format.lead(t(`sync:undo.side.${side}`))}</strong>
          {sides[side].op === 'delete' && <Pieces pieces={sidePieces(row, side, words)} />}
        </>
      }
    />
  ));
}

function sidesOf(row: PlanRowItem, merged: boolean): readonly FieldSide[] {
  if (!merged) return [row.direction === 'up' ? 'server' : 'local', 'result'];
  return isDecided(row) ? ['base', 'local', 'server', 'result'] : ['base', 'local', 'server'];
}

/** What both sides hold alike: folded, because nothing is to be decided about it. */
export function Unchanged(props: { readonly row: PlanRowItem; readonly words: Words }) {
  const { row, words } = props;
  const { t } = words;
  const fields = row.unchanged.filter(({ name, value }) => value !== null && isShown(name));
  if (fields.length === 0) return null;
  return (
    <details className={styles['fold']}>
      <summary>{t('sync:detail.unchanged', { count: fields.length })}</summary>
      <ul className={styles['origins']}>
        {fields.map(({ name, value }) => (
          <li key={name}>
            {words.format.labelled(
              fieldWord(name, t, row.table),
              cellText(name, value, row.names[name]?.local ?? null, words),
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Who made which version when. */
export function Origins(props: { readonly row: Pick<PlanRowItem, 'by' | 'times'>; readonly words: Words }) {
  const { row, words } = props;
  const sides = (['local', 'server'] as const).filter((side) => row.times[side] !== null || row.by[side] !== null);
  const before = baseOrigin(row, words);
  return (
    <ul className={styles['origins']}>
      {before !== null && (
        <li>
          <span className={styles['quiet']}>{words.format.labelled(words.t('sync:side.base'), '')}</span>
          <span title={before.full}>{before.short}</span>
        </li>
      )}
      {sides.map((side) => (
        <li key={side}>
          <span className={styles['quiet']}>{words.format.labelled(words.t(`sync:side.${side}`), '')}</span>
          {sideOrigin(row, side, words)}
        </li>
      ))}
    </ul>
  );
}
