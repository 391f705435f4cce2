import { CloseOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useRef } from 'react';
import type { RunRowItem } from '../../../shared/contract/run.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import { href } from '../../router.ts';
import { useEscape } from '../../ui/use-escape.ts';
import { Origins } from './preview/detail-table.tsx';
import { fieldWord, isUnknown, valueText, visibleFields, type Words } from './preview/field-words.ts';
import { BeforeAndAfter, FieldsTable } from './preview/fields-table.tsx';
import { deciderOf, notTaken, opWord, runRecord, settledWord, type Decider } from './run-row-text.ts';
import detailStyles from './preview/detail.module.css';

/** One row of a past run: what was written, whose changes they were, how a question about it was settled, and what was not taken. */
export function RunRowDetail(props: {
  readonly row: RunRowItem;
  readonly words: Words;
  readonly decider: Decider;
  readonly isWhoTold: boolean;
  readonly onClose: () => void;
}) {
  const { row, words, decider, isWhoTold, onClose } = props;
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
          wroteText(row, t),
          choice === '' ? null : t('sync:history.settled', { choice, ...deciderOf(row, decider, words) }),
          lost.length === 0 ? null : t('sync:history.notTakenWhole', { values: words.format.list(lost) }),
        )}
      </p>
      {isWhoTold && <Origins row={row} words={words} />}
      {row.fields.length === 0 ? <BeforeAndAfter row={row} words={words} /> : <SideTable row={row} words={words} />}
      {lost.length > 0 && (
        <p>
          <a href={href('sync/bin')}>{t('sync:history.inBin')}</a>
        </p>
      )}
    </section>
  );
}

function wroteText(row: RunRowItem, t: Words['t']): string {
  const word = opWord(row);
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
