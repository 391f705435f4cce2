import { Button } from 'antd';
import { useLayoutEffect, useRef, type ReactNode, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import { useFormat } from '../../../format.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { useKeyText } from '../../../key-text.ts';
import { useMinutes } from '../../../use-minutes.ts';
import { stopSecondClick } from '../../../ui/stop-second-click.ts';
import { onlyIcon } from '../../../ui/icon.tsx';
import { useEscape } from '../../../ui/use-escape.ts';
import { ByTimeChoice } from './by-time-choice.tsx';
import { outcomeText } from './change-columns.tsx';
import { partSaid } from './change-list.tsx';
import { blockerName } from './choice-words.ts';
import { detailSentence, recommendation } from './detail-words.ts';
import { fixedSentence, outReason } from './fixed-words.ts';
import { FieldChoices } from './field-choices.tsx';
import { Origins, SideTables, Unchanged } from './detail-table.tsx';
import { fieldWord, type Words } from './field-words.ts';
import { shownText } from '../../../../shared/model/visible-text.ts';
import { IdentityChoices } from './identity-choices.tsx';
import { PointsStay } from './points-stay.tsx';
import type { Hint } from './list-decisions.ts';
import type { Part } from './list-layout.ts';
import type { PreviewStore } from './preview-store.ts';
import { refusingSide } from './refusing-side.ts';
import type { RowProps } from './row-props.ts';
import { SideChoices } from './side-choices.tsx';
import { isTaken } from './taken-value.ts';
import type { ChangeList } from './use-change-list.ts';
import { alikeTo, isDecided, isDeletionAsked, recordText, thingWord } from './what-changes.ts';
import styles from './detail.module.css';

/** Everything about one change: what it was before, here, there and after, and what can be decided. */
export function DetailPanel(props: {
  readonly box: RefObject<HTMLElement | null>;
  readonly store: PreviewStore;
  readonly row: PlanRowItem;
  readonly canEdit: boolean;
  /** Why the panel was opened by something that could not be done in the list. */
  readonly hint: Hint | null;
  /** Takes the change in or leaves it out. */
  readonly onTick: () => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  useMinutes();
  const { box, store, row, canEdit, onClose } = props;
  const words: Words = { t, format, plain: true, most: 400 };
  const refusal = store.use((state) => state.refusal);
  const purpose = store.use((state) => state.plan?.purpose ?? 'sync');
  useEscape(box, onClose);
  useKeptFocus(box, bodyKey(row));
  const advice = row.kind === 'conflict' ? recommendation(row, words) : null;
  return (
    <section
      ref={box}
      className={styles['detail']}
      aria-label={t('sync:detail.label', { record: recordText(row, words) })}
      data-key={row.ordinal}
      tabIndex={-1}
      onClickCapture={stopSecondClick}
    >
      <div className={styles['detailHead']}>
        <h2>{recordText(row, words)}</h2>
        <CloseButton onClose={onClose} />
      </div>
      <p className={props.hint === null ? 'visually-hidden' : styles['hint']} role="status">
        {props.hint !== null && t(`sync:detail.hint.${props.hint}`)}
      </p>
      {/* What cannot be stored does not become what this sentence would say. */}
      {row.refused === null && (
        <p className={styles['quiet']}>
          {format.sentences(
            purpose === 'sync' ? detailSentence(row, words) : fixedSentence(row, purpose, words),
            advice,
            row.alike.length === 0 ? null : t('sync:detail.alike', alikeTo(row, words)),
          )}
        </p>
      )}
      {row.blockedBy !== null && <p className={styles['blocked']}>{blockedSentence(row, words)}</p>}
      {refusal !== null && !isTaken(refusal) && (
        <ErrorNotice error={refusal} onClose={() => store.dismiss('refusal')} />
      )}
      <Body {...props} words={words} />
      <Makes row={row} words={words} />
      {row.kind === 'conflict' && isDecided(row) && row.left === 'unticked' && (
        <p className={styles['blocked']}>
          {t('sync:detail.decidedOut')}
          {canEdit && <Button onClick={props.onTick}>{t('sync:detail.takeIn')}</Button>}
        </p>
      )}
    </section>
  );
}

/** Keeps the place of the panel while the keyboard is on the head of a part (`part`), which has no detail, or while the row is being read. */
export function NoDetail(props: {
  readonly part: Part | undefined;
  readonly list: Pick<ChangeList, 'tally'>;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const part = props.part === undefined ? null : partSaid(props.part, props.list, t);
  const none = <p className={styles['quiet']}>{t('sync:detail.none')}</p>;
  return (
    <section className={styles['detail']} aria-label={t('sync:detail.none')}>
      <div className={styles['detailHead']}>
        {part === null ? none : <h2>{part.label}</h2>}
        <CloseButton onClose={props.onClose} />
      </div>
      {part !== null && (
        <>
          <p>{part.detail}</p>
          {none}
        </>
      )}
    </section>
  );
}

function CloseButton(props: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const keyText = useKeyText();
  return (
    <Button
      type="text"
      aria-label={t('sync:detail.close')}
      title={`${t('sync:detail.close')} (${keyText('Esc')})`}
      {...onlyIcon('close')}
      onClick={props.onClose}
    />
  );
}

/** Keeps the focus in the panel when what had it is gone, such as the button of a question that is answered: keys go on working here. */
function useKeptFocus(box: RefObject<HTMLElement | null>, key: string): void {
  const shown = useRef(key);
  useLayoutEffect(() => {
    if (shown.current !== key && document.activeElement === document.body) box.current?.focus({ preventScroll: true });
    shown.current = key;
  }, [box, key]);
}

/** A choice that was made elsewhere (undo, another window) starts the panel afresh. */
function bodyKey(row: PlanRowItem): string {
  return `${row.ordinal} ${row.choice ?? ''} ${row.fields.map((field) => field.result ?? '').join('|')}`;
}

/** Why a change stays out: what it waits for, what cannot be stored, or who has the value that was decided for. */
function blockedSentence(row: PlanRowItem, { t }: Words): string {
  if (row.left === 'value-taken')
    return row.refused === null
      ? t('sync:detail.valueTaken', { record: blockerName(row) ?? '' })
      : t('sync:detail.valueTakenHere');
  if (row.left === 'parent-lost')
    return t('sync:detail.parentLost', { field: fieldWord(row.refused ?? '', t, row.table) });
  if (row.left === 'value-held')
    return t(`sync:detail.valueHeld.${row.direction}`, { field: fieldWord(row.refused ?? '', t, row.table) });
  if (row.left === 'server-rule') return t('sync:detail.serverRule', { rule: shownText(row.refused ?? '') });
  if (row.refused === null) return t('sync:detail.blocked', { record: blockerName(row) ?? '' });
  const field = fieldWord(row.refused, t, row.table);
  if (refusingSide(row) === 'local') return t('sync:detail.refused', { field });
  // Where the whole table is gone there, no field is to blame.
  return t(row.refused in row.key ? 'sync:detail.refusedThere' : 'sync:detail.refusedThereFor', { field });
}

function Body(props: RowProps & { readonly onTick: () => void }): ReactNode {
  const { row, store, words, canEdit } = props;
  const shared = { store, row, words, canEdit };
  const key = bodyKey(row);
  if (row.kind !== 'conflict') return <Change {...shared} onTick={props.onTick} />;
  if (row.conflict === 'same-identity') return <IdentityChoices key={key} {...shared} />;
  if (isDeletionAsked(row) || row.conflict === 'integrity') return <SideChoices key={key} {...shared} />;
  return <FieldChoices key={key} {...shared} />;
}

/** Records the decision makes beside this one, as the run will list them. What only says which record became which is nothing to look at. */
function Makes({ row, words }: { readonly row: PlanRowItem; readonly words: Words }) {
  const { t } = words;
  const shown = row.makes.filter(({ table }) => table !== 'alias');
  if (shown.length === 0) return null;
  return (
    <div className={styles['makes']}>
      <p className={styles['quiet']}>{words.format.labelled(t('sync:detail.makes'), '')}</p>
      <ul>
        {shown.map(({ table, key, label, direction }) => (
          <li key={`${table} ${JSON.stringify(key)}`}>
            {shownText(`${thingWord(table, words)} · ${label} · ${t(`sync:direction.${direction}`)}`)}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A change that asks nothing: before and after, field by field, and the tick in words. */
function Change(props: RowProps & { readonly onTick: () => void }) {
  const { store, row, words, canEdit } = props;
  const { t } = words;
  const purpose = store.use((state) => state.plan?.purpose ?? 'sync');
  return (
    <>
      {row.table === 'student' && row.kind === 'delete' && (
        <PointsStay classId={store.classId} row={row} words={words} />
      )}
      <SideTables row={row} words={words} />
      <Unchanged row={row} words={words} />
      <Origins row={row} words={words} />
      <p>
        {words.format.lead(t(purpose === 'sync' ? 'sync:detail.outcome' : 'sync:detail.inList'))}
        <strong>{outcomeText(row, words, purpose)}</strong>
      </p>
      {canEdit && row.blockedBy === null && outReason(row) === null && (
        <div className={styles['detailActions']}>
          <Button onClick={props.onTick}>{t(row.included ? 'sync:detail.leaveOut' : 'sync:detail.takeIn')}</Button>
          {row.included && <ByTimeChoice {...{ store, row, words }} />}
        </div>
      )}
    </>
  );
}
