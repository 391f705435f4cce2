import { Button } from 'antd';
import type { LostItem } from '../../../shared/contract/bin.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import { href } from '../../router.ts';
import { useMinutes } from '../../use-minutes.ts';
import { SidePanel } from '../../ui/side-panel.tsx';
import { isLostDeletion, lostBy, lostFields, lostRecord, restoreWords } from './bin-words.ts';
import type { Words } from './preview/field-words.ts';
import { FieldsTable } from './preview/fields-table.tsx';
import styles from './sync.module.css';

/** One lost value in full: every field beside what the record says now, whose it was, when, and in which sync. */
export function BinPanel(props: {
  readonly item: LostItem;
  readonly words: Words;
  readonly busy: boolean;
  readonly onRestore: (item: LostItem) => void;
  readonly onForget: (item: LostItem) => void;
  readonly onClose: () => void;
}) {
  useMinutes();
  const { item, words } = props;
  const { t, format } = words;
  const heads = ['said', 'now'] as const;
  return (
    <SidePanel
      open
      title={lostRecord(item, words)}
      onClose={props.onClose}
      footer={
        <>
          {!item.same && (
            <Button
              type="primary"
              danger={isLostDeletion(item)}
              disabled={props.busy}
              onClick={() => props.onRestore(item)}
            >
              {restoreWords(item, words).action}
            </Button>
          )}
          <Button onClick={() => props.onForget(item)}>{t('sync:bin.forget.panel')}</Button>
          <Button onClick={props.onClose}>{t('common:close')}</Button>
        </>
      }
    >
      <FieldsTable
        heads={heads.map((id) => ({ id, word: t(`sync:bin.side.${id}`) }))}
        fields={lostFields(item, { ...words, plain: true }).map(({ name, word, said, now }) => ({
          name,
          word,
          values: [said, now ?? '–'],
        }))}
        result={false}
      />
      {item.same && <p>{t('sync:bin.sameAll')}</p>}
      {item.current === null && <p>{t('sync:bin.gone')}</p>}
      <dl className={styles['facts']}>
        <dt>{t('sync:bin.column.when')}</dt>
        <dd>{format.aside(format.full(item.at), format.ago(item.at))}</dd>
        <dt>{t('sync:bin.column.whose')}</dt>
        <dd>{shownText(lostBy(item, words))}</dd>
      </dl>
      {item.runId !== null && <a href={href(`sync/run/${item.runId}`)}>{t('sync:bin.run')}</a>}
    </SidePanel>
  );
}
