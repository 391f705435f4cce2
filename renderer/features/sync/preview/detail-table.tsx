import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import { cellText, fieldWord, isShown, valueText, visibleFields, type FieldSide, type Words } from './field-words.ts';
import { runFields } from '../run-row-words.ts';
import { Pieces } from './change-columns.tsx';
import { sidePieces } from './fixed-words.ts';
import { isDecided } from './what-changes.ts';
import { sideOrigin } from './when-words.ts';
import styles from './detail.module.css';

/** Field | Before | This PC | Server | Result, for what differs. Columns that say nothing new are left out. */
export function FieldTable(props: { readonly row: PlanRowItem; readonly words: Words }) {
  const { row, words } = props;
  const { t } = words;
  const merged = row.direction === 'both' || row.kind === 'conflict';
  const sides = sidesOf(row, merged);
  const head = (side: FieldSide): string =>
    merged ? t(`sync:side.${side}`) : t(side === 'result' ? 'sync:side.after' : 'sync:side.base');
  return (
    <div className={styles['fieldsBox']}>
      <table className={styles['fields']}>
        <thead>
          <tr>
            <th scope="col">{t('sync:side.field')}</th>
            {sides.map((side) => (
              <th key={side} scope="col">
                {head(side)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {visibleFields(row.fields).map((field) => (
            <tr key={field.name}>
              <th scope="row">{fieldWord(field.name, t)}</th>
              {sides.map((side) => (
                <td key={side} data-result={side === 'result'}>
                  {valueText(row, field, side, words)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Of a row of which the two sides become something else: what happens on each, field by field. */
export function SideTables(props: { readonly row: PlanRowItem; readonly words: Words }) {
  const { row, words } = props;
  const { t } = words;
  if (row.sides === null) return <FieldTable row={row} words={words} />;
  const { sides, table, key } = row;
  return (['up', 'down'] as const).map((side) => (
    <div key={side} className={styles['fieldsBox']}>
      <table className={styles['fields']}>
        <caption>
          <strong>{t(`sync:undo.side.${side}`)}</strong>{' '}
          {sides[side].op === 'delete' && <Pieces pieces={sidePieces(row, side, words)} />}
        </caption>
        <thead>
          <tr>
            <th scope="col">{t('sync:side.field')}</th>
            <th scope="col">{t('sync:side.base')}</th>
            <th scope="col">{t('sync:side.after')}</th>
          </tr>
        </thead>
        <tbody>
          {runFields({ table, key, ...sides[side] }, words).map(({ name, word, before, after }) => (
            <tr key={name}>
              <th scope="row">{word}</th>
              <td>{before ?? '–'}</td>
              <td data-result="true">{after ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
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
            {fieldWord(name, t)}: {cellText(name, value, row.names[name]?.local ?? null, words)}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Who made which version when. */
export function Origins(props: { readonly row: PlanRowItem; readonly words: Words }) {
  const { row, words } = props;
  const sides = (['local', 'server'] as const).filter((side) => row.times[side] !== null || row.by[side] !== null);
  return (
    <ul className={styles['origins']}>
      {sides.map((side) => (
        <li key={side}>
          <span className={styles['quiet']}>{words.t(`sync:side.${side}`)}</span> {sideOrigin(row, side, words)}
        </li>
      ))}
    </ul>
  );
}
