import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ReasonItem } from '../../../shared/contract/roster.ts';
import { Signed } from '../../ui/signed.tsx';
import { byCategory } from '../reasons/reasons-store.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useReasonWords } from '../reasons/use-reason-words.ts';
import { useClassStore, type Award } from './class-store.ts';
import styles from './award.module.css';

/** Every reason, by category, in the lower half of the screen. */
export function ReasonsSheet(props: {
  readonly open: boolean;
  readonly reasons: readonly ReasonItem[];
  readonly onAward: (award: Award) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const words = useReasonWords();
  const error = useClassStore((state) => state.error);
  const busy = useClassStore((state) => state.busy);
  const count = useClassStore((state) => state.selected.size);
  return (
    <Drawer
      open={props.open}
      onClose={props.onClose}
      placement="bottom"
      size="auto"
      title={t('class:allReasonsFor', { count })}
      destroyOnHidden
    >
      {error !== null && <ErrorNotice error={error} />}
      <div className={styles['sheet']}>
        {byCategory(props.reasons, words.category).map(({ category, reasons }) => (
          <section key={category ?? ''} className={styles['category']}>
            <h3 className={styles['categoryName']}>{category ?? t('class:noCategory')}</h3>
            <div className={styles['categoryReasons']}>
              {reasons.map((reason) => (
                <button
                  key={reason.id}
                  type="button"
                  className={styles['give']}
                  disabled={busy}
                  onClick={() => props.onAward({ reasonId: reason.id })}
                >
                  {words.text(reason)} <Signed value={reason.delta} />
                </button>
              ))}
            </div>
          </section>
        ))}
      </div>
    </Drawer>
  );
}
