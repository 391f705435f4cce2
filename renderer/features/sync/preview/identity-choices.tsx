import { Radio } from 'antd';
import type { TFunction } from 'i18next';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { ChoiceActions } from './choice-actions.tsx';
import { Origins } from './detail-table.tsx';
import { FocusedInput } from './focused-input.tsx';
import { typedValue } from './field-picks.ts';
import { fieldWord } from './field-words.ts';
import { useHalfMade, type HalfMade } from './half-made.ts';
import type { RowProps } from './row-props.ts';
import { holderOf } from './taken-value.ts';
import { useHolder } from './use-holder.ts';
import { claimOf } from './what-changes.ts';
import styles from './detail.module.css';

type Claimed = Extract<HalfMade, { readonly kind: 'claim' }>;

/** Two records claim one number: this PC's takes another one, or none. */
export function IdentityChoices(props: RowProps) {
  const { store, row, words, canEdit } = props;
  const { t } = words;
  const claim = claimOf(row);
  const refusal = store.use((state) => state.refusal);
  const decided = row.choice === 'rename' || row.choice === 'server' || row.choice === 'adopt' ? row.choice : null;
  const result = row.fields.find((field) => field.clash)?.result ?? '';
  const typedBefore = decided === 'rename' ? result : '';
  const [half, setHalf] = useHalfMade<Claimed>(store, row, { kind: 'claim', way: decided, typed: typedBefore });
  const { way, typed } = half;
  const usedAlready = decided !== null && way === decided;
  const field = claim?.field ?? '';
  const value = way === 'rename' ? typedValue(field, typed) : undefined;
  const found = useHolder(props, value === claim?.value ? null : value, renaming(field));
  if (claim === null) return null;
  const name = fieldWord(claim.field, t, row.table);
  const refused = holderOf(refusal, claim.field, value);
  const holder = refused ?? found;
  const usable = typeof value === 'string' && value !== claim.value;
  const target = { ordinals: [row.ordinal] };
  const decide = (): void => {
    if (way === 'rename' && typeof value === 'string') void store.decide({ target, ...renaming(field)(value) });
    else void store.decide({ target, choice: way === 'adopt' ? 'adopt' : 'server' });
  };
  const use = way === 'server' || way === 'adopt' || (way === 'rename' && usable) ? decide : null;
  return (
    <>
      <div className={styles['question']}>
        <Radio.Group
          className={styles['options'] ?? ''}
          aria-label={t('sync:detail.whatToDo')}
          disabled={!canEdit}
          value={way}
          onChange={(event) => setHalf({ ...half, way: event.target.value as Claimed['way'] })}
        >
          {row.rival !== null && (
            <Radio value="adopt" className={styles['option'] ?? ''}>
              <span className={styles['optionLine']}>
                <strong>{t('sync:detail.adopt', { record: row.rival })}</strong>
              </span>
              <small>{t('sync:detail.adoptHint')}</small>
            </Radio>
          )}
          <Radio value="rename" className={styles['option'] ?? ''}>
            <span className={styles['optionLine']}>
              <strong>{t('sync:detail.renumber', { field: name, record: row.label })}</strong>
            </span>
          </Radio>
          {way === 'rename' && (
            <NewValue
              label={t('sync:detail.newValue', { field: name })}
              hint={valueHint(typed.trim(), claim.value, holder, t)}
              typed={typed}
              unusable={typed !== '' && !usable}
              taken={holder !== null}
              refused={refused !== null}
              disabled={!canEdit}
              onType={(text) => setHalf({ ...half, typed: text })}
              onUse={use}
            />
          )}
          <KeepBoth record={words.format.beforeWords(row.label)} name={name} claim={claim} />
        </Radio.Group>
      </div>
      <Origins row={row} words={words} />
      <ChoiceActions
        store={store}
        row={row}
        canEdit={canEdit}
        missing={t('sync:detail.pickFirst')}
        used={usedAlready && (way !== 'rename' || value === result)}
        onUse={use}
      />
    </>
  );
}

/** The answer that both stay and this PC's record takes what the server's has in the field, or nothing. */
function KeepBoth(props: {
  readonly record: string;
  readonly name: string;
  readonly claim: NonNullable<ReturnType<typeof claimOf>>;
}) {
  const { t } = useTranslation();
  const { record, name } = props;
  const { there, before } = props.claim;
  return (
    <Radio value="server" className={styles['option'] ?? ''}>
      <span className={styles['optionLine']}>
        <strong>
          {there === null
            ? t('sync:detail.keepBothWithout', { record, field: name })
            : t(there === before ? 'sync:detail.keepBothBack' : 'sync:detail.keepBothWith', {
                record,
                field: name,
                value: there,
              })}
        </strong>
      </span>
    </Radio>
  );
}

/** The decision another value of a field would be. */
function renaming(field: string) {
  return (value: string) => ({ choice: 'rename' as const, fields: { [field]: { value } } });
}

/** What is to be said of a typed value: whose it is, or what is asked of it. */
function valueHint(typed: string, claimed: string, holder: string | null, t: TFunction): string {
  if (typed === claimed) return t('sync:detail.stillTaken', { value: claimed });
  if (holder === null) return t('sync:detail.freeValue');
  return t('sync:detail.belongsTo', { value: typed, record: holder });
}

/** Where another value is typed, with what is asked of it. */
function NewValue(props: {
  readonly label: string;
  readonly hint: string;
  readonly typed: string;
  readonly unusable: boolean;
  /** Somebody has it. */
  readonly taken: boolean;
  /** It was refused for that: the focus comes back to it. */
  readonly refused: boolean;
  readonly disabled: boolean;
  readonly onType: (text: string) => void;
  readonly onUse: (() => void) | null;
}) {
  const hint = useId();
  return (
    <div className={styles['typed']}>
      <FocusedInput
        value={props.typed}
        disabled={props.disabled}
        aria-label={props.label}
        aria-describedby={hint}
        status={props.unusable || props.taken ? 'error' : ''}
        wrong={props.refused}
        invalid={props.taken}
        onUse={props.onUse}
        onChange={(event) => props.onType(event.target.value)}
      />
      <span id={hint} className={props.taken ? styles['wrong'] : styles['quiet']} role="status">
        {props.hint}
      </span>
    </div>
  );
}
