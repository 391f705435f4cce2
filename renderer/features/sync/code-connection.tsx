import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionItem } from '../../../shared/contract/connection.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import { useFormat } from '../../format.ts';
import { href, navigate } from '../../router.ts';
import connectStyles from '../connect/connect.module.css';
import styles from './sync.module.css';

/** What a connection is that a code made: who shares the class, since when nothing came, and the way to a new code. Its address is folded away: the code holds it. */
export function CodeConnection(props: {
  readonly item: ConnectionItem;
  readonly className: string;
  /** Whether the address is wanted at once: for a test of it. */
  readonly open: boolean;
  /** The form of the address. */
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { item } = props;
  const { lastRunAt } = item;
  return (
    <>
      <section className={connectStyles['form']} aria-label={t('sync:byCode.title')}>
        <h2>{t('sync:byCode.title')}</h2>
        <dl className={styles['facts']}>
          <dt>{t('sync:byCode.shares')}</dt>
          <dd>{shownText(item.name)}</dd>
          <dt>{t('sync:byCode.class')}</dt>
          <dd>{shownText(props.className)}</dd>
          <dt>{t('sync:byCode.last')}</dt>
          <dd>{lastRunAt === null ? t('sync:card.never') : format.full(lastRunAt)}</dd>
        </dl>
        <p className={styles['quiet']}>{t('sync:byCode.text')}</p>
        <div className={connectStyles['formActions']}>
          <Button onClick={() => navigate(href('sync'))}>{t('common:back')}</Button>
          <Button type="primary" onClick={() => navigate(href('sync/code', { again: '1' }))}>
            {t('sync:byCode.paste')}
          </Button>
        </div>
      </section>
      <details className={styles['address']} open={props.open}>
        <summary>{t('sync:byCode.address')}</summary>
        {props.children}
      </details>
    </>
  );
}
