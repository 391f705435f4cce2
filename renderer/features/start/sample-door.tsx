import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { languageFor } from '../../../shared/text/language.ts';
import { call } from '../../client.ts';
import { href, navigate } from '../../router.ts';
import { useAction } from '../../use-action.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useApp } from '../app/app-store.ts';
import styles from './start.module.css';

/** "Look around with a sample class": makes it and opens it. */
export function SampleDoor() {
  const { t, i18n } = useTranslation();
  const openClass = useApp((state) => state.openClass);
  const action = useAction();
  const make = (): void =>
    void action.run(async () => {
      // Nobody has chosen a language yet, and what the page reads from the browser the engine cannot know.
      const language = languageFor([i18n.language]);
      const made = await call('class.create', { name: t('common:switcher.sampleClass'), sample: true, language });
      await openClass(made.id);
      navigate(href('class'));
    });
  return (
    <li className={styles['door']} data-quiet="true">
      <div>
        <h2>{t('first-start:sample.title')}</h2>
        <p className={styles['quiet']}>{t('first-start:sample.text')}</p>
        {action.error !== null && <ErrorNotice error={action.error} />}
      </div>
      <Button size="large" loading={action.busy} onClick={make}>
        {t('first-start:sample.open')}
      </Button>
    </li>
  );
}
