import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../client.ts';
import { useAction } from '../../use-action.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useApp } from '../app/app-store.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import styles from './settings.module.css';

/** The classes that were put away, each with the way back; nothing when there are none. */
export function ArchivedClasses() {
  const { t } = useTranslation();
  const classes = useApp((state) => state.app?.classes) ?? [];
  const load = useApp((state) => state.load);
  const action = useAction();
  const archived = classes.filter((item) => item.archived);
  if (archived.length === 0) return null;
  const takeOut = (classId: string): void =>
    void action.run(async () => {
      await call('class.archive', { classId, archived: false });
      await load();
    });
  return (
    <section aria-labelledby="archived-classes">
      <h3 id="archived-classes" className={styles['sub']}>
        {t('settings:class.archived')}
      </h3>
      {action.error !== null && <ErrorNotice error={action.error} />}
      <ul className={styles['lines']}>
        {archived.map((item) => (
          <li key={item.id} className={styles['line']}>
            <span>{shownText(item.name)}</span>
            <Button
              size="small"
              onClick={() => takeOut(item.id)}
              aria-label={t('settings:class.takeOutNamed', { name: shownText(item.name) })}
            >
              {t('settings:class.takeOut')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
