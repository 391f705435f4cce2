import { useTranslation } from 'react-i18next';
import { useApp } from '../app/app-store.ts';
import { Page, Panel } from '../../ui/page.tsx';
import { Appearance } from './appearance.tsx';
import { Backups } from './backups.tsx';
import { ClassSettings } from './class-settings.tsx';
import { DataFolder } from './data-folder.tsx';
import { DeviceName } from './device-name.tsx';
import { LogView } from './log-view.tsx';
import { Pins } from './pins.tsx';
import styles from './settings.module.css';

/** This PC, this class, where the data lies, what the app wrote down, and what the app is. */
export function SettingsPage() {
  const { t } = useTranslation();
  const version = useApp((state) => state.app?.version ?? '');
  const classId = useApp((state) => state.classId);
  return (
    <Page title={t('common:nav.settings')}>
      <div className={styles['columns']}>
        <div className={styles['column']}>
          <Panel title={t('settings:device.title')}>
            <DeviceName />
            <Appearance />
          </Panel>
          <Panel title={t('settings:data.title')}>
            <DataFolder />
            <Backups key={classId} />
          </Panel>
        </div>
        <div className={styles['column']}>
          <Panel title={t('settings:class.title')}>
            <ClassSettings />
          </Panel>
          <Panel title={t('settings:pins.title')}>
            <Pins />
          </Panel>
          <Panel title={t('settings:about.title')}>
            <p>{t('settings:about.version', { version })}</p>
            <p className={styles['quiet']}>{t('settings:about.text')}</p>
            <p className={styles['quiet']}>{t('settings:about.licence')}</p>
          </Panel>
        </div>
      </div>
      <LogView />
    </Page>
  );
}
