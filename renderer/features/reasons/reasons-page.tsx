import { EditOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReasonItem } from '../../../shared/contract/roster.ts';
import { setQuery, useRoute } from '../../router.ts';
import { Busy } from '../../ui/busy.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { Signed } from '../../ui/signed.tsx';
import { useClassItem } from '../app/app-store.ts';
import { EditReason } from './edit-reason.tsx';
import { byCategory, reasonsStore } from './reasons-store.ts';
import { useReasonWords } from './use-reason-words.ts';
import styles from './reasons.module.css';

/** The preset reasons by category. */
export function ReasonsPage() {
  const { t } = useTranslation();
  const open = useClassItem();
  const { query } = useRoute();
  const words = useReasonWords();
  const { data, error } = reasonsStore.use();
  useEffect(() => reasonsStore.show(open.id), [open.id]);
  const editing = query.get('reason');
  const reason = data?.find((item) => item.id === editing) ?? null;
  const add = (
    <Button type="primary" onClick={() => setQuery({ reason: 'new' })}>
      {t('reasons:add')}
    </Button>
  );
  return (
    <Page title={t('common:nav.reasons')} detail={t('reasons:hint')} actions={add}>
      {error !== null && <ErrorNotice error={error} onRetry={() => void reasonsStore.refresh()} />}
      {data === null && error === null && <Busy />}
      {data !== null && data.length === 0 && <Empty title={t('reasons:empty.title')} text={t('reasons:empty.text')} />}
      <div className={styles['categories']}>
        {byCategory(data ?? [], words.category).map(({ category, reasons }) => (
          <Panel key={category ?? ''} title={category ?? t('reasons:noCategory')}>
            <ul className={styles['list']}>
              {reasons.map((item) => (
                <Row key={item.id} reason={item} />
              ))}
            </ul>
          </Panel>
        ))}
      </div>
      {(editing === 'new' || reason !== null) && (
        <EditReason
          key={editing}
          classId={open.id}
          reason={reason}
          categories={byCategory(data ?? [], words.category).flatMap((group) => group.category ?? [])}
          onClose={() => setQuery({ reason: null })}
        />
      )}
    </Page>
  );
}

function Row(props: { readonly reason: ReasonItem }) {
  const { t } = useTranslation();
  const words = useReasonWords();
  const { reason } = props;
  return (
    <li className={styles['row']}>
      <span className={styles['delta']}>
        <Signed value={reason.delta} />
      </span>
      <span className={styles['text']}>{words.text(reason)}</span>
      <Button
        type="text"
        icon={<EditOutlined aria-hidden />}
        aria-label={t('reasons:editNamed', { text: words.text(reason) })}
        onClick={() => setQuery({ reason: reason.id })}
      />
    </li>
  );
}
