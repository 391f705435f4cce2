import { CloseOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useRef } from 'react';
import type { Result } from '../../../shared/contract/contract.ts';
import type { RunRowItem } from '../../../shared/contract/run.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import { href } from '../../router.ts';
import { useEscape } from '../../ui/use-escape.ts';
import { Origins } from './preview/detail-table.tsx';
import { fieldWord, isUnknown, valueText, visibleFields, type Words } from './preview/field-words.ts';
import { BeforeAndAfter, FieldsTable } from './preview/fields-table.tsx';
import { deciderOf, insteadOfOp, notTaken, opWord, runRecord, settledWord, takenBackText } from './run-row-text.ts';
import detailStyles from './preview/detail.module.css';

type Run = Result<'run.show'>['run'];

/** One row of a past run: what was written, whose changes they were, how a question about it was settled, and what was not taken. */
export function RunRowDetail(props: {
  readonly row: RunRowItem;
  readonly words: Words;
  readonly run: Run;
  /** When a sync began that took the whole of this one back; null where it stands. */
  readonly takenBackAt: string | null;
  readonly isWhoTold: boolean;
  readonly onClose: () => void;
}) {
  const { row, words, run, takenBackAt, isWhoTold, onClose } = props;
  const { t } = words;
  const box = useRef<HTMLElement>(null);
  useEscape(box, onClose);
  const record = shownText(runRecord(row, words));
  const choice = settledWord(row, words);
  const lost = notTaken(row, words);
  return (
    <section ref={box} tabIndex={-1} className={detailStyles['detail']} aria-label={t('sync:detail.label', { record })}>
      <div className={detailStyles['detailHead']}>
        <h2>{record}</h2>
        <Button
          type="text"
          aria-label={t('sync:detail.close')}
          icon={<CloseOutlined aria-hidden />}
          onClick={onClose}
        />
      </div>
      <p className={detailStyles['quiet']}>
        {words.format.sentences(
          wroteText(row, run.purpose, t),
          takenBackText(row, takenBackAt, words),
          choice === '' ? null : t('sync:history.settled', { choice, ...deciderOf(row, run, words) }),
          lost.length === 0 ? null : t('sync:history.notTakenWhole', { values: words.format.list(lost) }),
        )}
      </p>
      {isWhoTold && <Origins row={row} words={words} />}
      <Fields row={row} words={words} purpose={run.purpose} />
      {lost.length > 0 && (
        <p>
          <a href={href('sync/bin')}>{t('sync:history.inBin')}</a>
        </p>
      )}
    </section>
  );
}

/** The fields of a row; of points that were undone there is nothing but when and where, which the page says of all of them. */
function Fields(props: { readonly row: RunRowItem; readonly words: Words; readonly purpose: Run['purpose'] }) {
  const { row, words } = props;
  if (insteadOfOp(row, props.purpose) !== null) return null;
  return row.fields.length === 0 ? <BeforeAndAfter row={row} words={words} /> : <SideTable row={row} words={words} />;
}

function wroteText(row: RunRowItem, purpose: Run['purpose'], t: Words['t']): string {
  const word = insteadOfOp(row, purpose) ?? opWord(row);
  return word === 'kept' || row.side === 'none' ? t('sync:history.kept') : t(`sync:history.wrote.${word}.${row.side}`);
}

const sides = ['base', 'local', 'server', 'result'] as const;

/** What both sides held and what came of it, as the question was asked. */
function SideTable({ row, words }: { readonly row: RunRowItem; readonly words: Words }) {
  const { t } = words;
  const named = { names: row.sideNames };
  return (
    <FieldsTable
      heads={sides.map((id) => ({ id, word: t(`sync:side.${id}`) }))}
      fields={visibleFields(row.fields.filter(({ name }) => !isUnknown(named, name))).map((field) => ({
        name: field.name,
        word: fieldWord(field.name, t, row.table),
        values: sides.map((side) => valueText(named, field, side, words)),
      }))}
      result
    />
  );
}
