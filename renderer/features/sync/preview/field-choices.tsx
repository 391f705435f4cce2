import { Button, Radio } from 'antd';
import { useId } from 'react';
import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import { ChoiceActions } from './choice-actions.tsx';
import { Unchanged } from './detail-table.tsx';
import { FocusedInput } from './focused-input.tsx';
import { initialPicks, isInForce, pickedCell, toFields, type Pick, type Picks } from './field-picks.ts';
import { mergedFields } from './detail-words.ts';
import { canType, cellText, fieldWord, valueText, type Words } from './field-words.ts';
import { useHalfMade } from './half-made.ts';
import type { RowProps } from './row-props.ts';
import { holderOf } from './taken-value.ts';
import { useHolder } from './use-holder.ts';
import { canKeepBoth, keepBothFields } from './what-changes.ts';
import { baseOrigin, sideOrigin } from './when-words.ts';
import styles from './detail.module.css';

/** A record changed on both sides: one question per field that clashes, the result always in sight. */
export function FieldChoices(props: RowProps) {
  const { store, row, words, canEdit } = props;
  const { t } = words;
  const [{ picks }, setHalf] = useHalfMade(store, row, { kind: 'fields', picks: initialPicks(row) });
  const bothHint = useId();
  const refusal = store.use((state) => state.refusal);
  const fields = toFields(row, picks);
  const target = { ordinals: [row.ordinal] };
  const use = fields === null ? null : () => void store.decide({ target, choice: 'merge', fields });
  return (
    <>
      {row.fields
        .filter((field) => field.clash)
        .map((field) => (
          <Question
            key={field.name}
            store={store}
            row={row}
            field={field}
            words={words}
            disabled={!canEdit}
            pick={picks[field.name]}
            refused={holderOf(refusal, field.name, pickedCell(field, picks[field.name]))}
            onPick={(pick) => setHalf({ kind: 'fields', picks: { ...picks, [field.name]: pick } })}
            onUse={use}
          />
        ))}
      <Merged row={row} words={words} />
      <Unchanged row={row} words={words} />
      {canEdit && canKeepBoth(row) && (
        <p id={bothHint} className={styles['quiet']}>
          {t(`sync:detail.bothHint.${'number' in keepBothFields(row) ? 'number' : 'plain'}`)}
        </p>
      )}
      <ChoiceActions
        store={store}
        row={row}
        canEdit={canEdit}
        missing={t('sync:detail.pickFirst')}
        used={row.choice === 'merge' && isInForce(row, picks)}
        result={
          <>
            <Result row={row} picks={picks} words={words} />
            {canEdit && <Whole {...props} />}
          </>
        }
        more={
          canKeepBoth(row) && (
            <Button
              aria-describedby={bothHint}
              onClick={() => void store.decide({ target, choice: 'both', fields: keepBothFields(row) })}
            >
              {t('sync:detail.keepBoth')}
            </Button>
          )
        }
        onUse={use}
      />
    </>
  );
}

/** One side for the whole record: always in sight, because it is what most questions end with. */
function Whole({ store, row, words }: RowProps) {
  const { t } = words;
  const target = { ordinals: [row.ordinal] };
  const whole = (side: 'local' | 'server'): void => void store.decide({ target, choice: side });
  return (
    <div className={styles['whole']} role="group" aria-label={t('sync:detail.whole')}>
      <Button size="small" onClick={() => whole('local')} title={t('sync:detail.wholeHint')}>
        {t('sync:detail.wholeLocal')}
      </Button>
      <Button size="small" onClick={() => whole('server')} title={t('sync:detail.wholeHint')}>
        {t('sync:detail.wholeServer')}
      </Button>
    </div>
  );
}

type Field = PlanRowItem['fields'][number];

function Question(props: {
  readonly store: RowProps['store'];
  readonly row: PlanRowItem;
  readonly field: Field;
  readonly words: Words;
  readonly disabled: boolean;
  readonly pick: Pick | undefined;
  /** Who has the value that was typed, when it could not be taken for that. */
  readonly refused: string | null;
  readonly onPick: (pick: Pick) => void;
  readonly onUse: (() => void) | null;
}) {
  const { row, field, words, pick, refused, onPick } = props;
  const { t } = words;
  const title = useId();
  const wrong = useId();
  const name = fieldWord(field.name, t, row.table);
  const typing = typeof pick === 'object';
  const found = useHolder(props, typing ? pickedCell(field, pick) : null, merging(row, field.name));
  const holder = refused ?? found;
  return (
    <div className={styles['question']}>
      <div className={styles['questionHead']}>
        <strong id={title} className={styles['capital']}>
          {name}
        </strong>
        <Before row={row} field={field} words={words} />
      </div>
      <Radio.Group
        className={styles['options'] ?? ''}
        aria-labelledby={title}
        disabled={props.disabled}
        value={typing ? 'typed' : (pick ?? null)}
        onChange={(event) => {
          const value: unknown = event.target.value;
          if (value === 'local' || value === 'server') onPick(value);
          else onPick({ typed: field.local ?? '' });
        }}
      >
        {(['local', 'server'] as const).map((side) => (
          <Radio key={side} value={side} className={styles['option'] ?? ''}>
            <span className={styles['optionLine']}>
              <span className={styles['quiet']}>{t(`sync:side.${side}`)}</span>
              <strong>{valueText(row, field, side, words)}</strong>
            </span>
            <small>{sideOrigin(row, side, words)}</small>
          </Radio>
        ))}
        {canType(field.name) && (
          <Radio value="typed" className={styles['option'] ?? ''}>
            <span className={styles['optionLine']}>
              <span className={styles['quiet']}>{t('sync:detail.other')}</span>
              {!typing && <span className={styles['quiet']}>{t('sync:detail.otherHint')}</span>}
            </span>
          </Radio>
        )}
      </Radio.Group>
      {typing && (
        <div className={styles['typed']}>
          <FocusedInput
            value={pick.typed}
            aria-label={t('sync:detail.otherLabel', { field: name })}
            aria-describedby={wrong}
            disabled={props.disabled}
            status={holder === null ? '' : 'error'}
            wrong={refused !== null}
            invalid={holder !== null}
            onUse={props.onUse}
            onChange={(event) => onPick({ typed: event.target.value })}
          />
          <span id={wrong} className={styles['wrong']} role="status">
            {holder !== null && t('sync:detail.belongsTo', { value: pick.typed.trim(), record: holder })}
          </span>
        </div>
      )}
    </div>
  );
}

/** What both sides had, and since when; two that first met have no such version. */
function Before(props: { readonly row: PlanRowItem; readonly field: Field; readonly words: Words }) {
  const { row, field, words } = props;
  if (row.conflict === 'both-added') return null;
  const before = baseOrigin(row, words);
  return (
    <span className={styles['quiet']} title={before?.full}>
      {words.t('sync:detail.before', { value: valueText(row, field, 'base', words) })}
      {before !== null && ` · ${before.short}`}
    </span>
  );
}

/** The decision a typed value of one field would be, as if the server's were taken of all others. */
function merging(row: PlanRowItem, name: string) {
  const sides = row.fields.flatMap((other) => (other.clash ? [[other.name, 'server'] as const] : []));
  return (value: string) => ({ choice: 'merge' as const, fields: { ...Object.fromEntries(sides), [name]: { value } } });
}

/** What was merged without a question: folded, because nothing is to be done about it. */
function Merged(props: { readonly row: PlanRowItem; readonly words: Words }) {
  const { row, words } = props;
  const fields = mergedFields(row);
  if (fields.length === 0) return null;
  return (
    <details className={styles['fold']}>
      <summary>{words.t('sync:detail.mergedFold', { count: fields.length })}</summary>
      <ul className={styles['origins']}>
        {fields.map((field) => (
          <li key={field.name}>
            {words.format.labelled(fieldWord(field.name, words.t, row.table), '')}
            <s>{valueText(row, field, 'base', words)}</s> →{' '}
            <strong>{cellText(field.name, field.result, mergedName(row, field), words)}</strong>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** While a row is undecided the engine names the references of its sides, not those of the result to come. */
function mergedName(row: PlanRowItem, field: Field): string | null {
  const names = row.names[field.name];
  if (names === undefined) return null;
  if (field.result === field.local) return names.local;
  return field.result === field.server ? names.server : names.result;
}

function inForceWord(choice: PlanRowItem['choice']): 'local' | 'server' | 'both' | 'merge' {
  return choice === 'local' || choice === 'server' || choice === 'both' ? choice : 'merge';
}

function Result(props: { readonly row: PlanRowItem; readonly picks: Picks; readonly words: Words }) {
  const { row, picks } = props;
  // It is in sight beside the question and takes no room from it; all of the value stands in its field.
  const words: Words = { ...props.words, most: 80 };
  const { t } = words;
  const parts = row.fields
    .filter((field) => field.clash)
    .map((field) => {
      const cell = pickedCell(field, picks[field.name]);
      const label = cell === field.server ? row.names[field.name]?.server : row.names[field.name]?.local;
      return cell === undefined
        ? null
        : `${fieldWord(field.name, t, row.table)} ${cellText(field.name, cell, label ?? null, words)}`;
    });
  const whole = parts.length > 0 && parts.every((part) => part !== null);
  const open = t(row.choice === 'skip' ? 'sync:decision.skip' : 'sync:detail.undecided');
  const inForce = row.choice !== null && row.choice !== 'skip';
  return (
    <p className={styles['result']} aria-live="polite">
      {words.format.lead(t('sync:detail.result'))}
      <strong>{whole ? words.format.series(parts) : open}</strong>
      {inForce && ` · ${t(`sync:detail.inForce.${inForceWord(row.choice)}`)}`}
    </p>
  );
}
