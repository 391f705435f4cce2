import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { LevelButton } from '../features/pin/level-button.tsx';
import { href } from '../router.ts';
import { withIcon } from '../ui/icon.tsx';
import { ClassSwitcher } from './class-switcher.tsx';
import { SyncBadge } from './sync-badge.tsx';
import styles from './shell.module.css';

const entries = [
  { page: 'class', icon: 'appstore' },
  { page: 'history', icon: 'clock-circle' },
  { page: 'students', icon: 'user' },
  { page: 'reasons', icon: 'star' },
  { page: 'sync', icon: 'sync' },
  { page: 'settings', icon: 'setting' },
] as const;

/** A page with an entry in the rail. */
export type PageName = (typeof entries)[number]['page'];

/** Whether a page has an entry in the rail. */
export function isPageName(name: string): name is PageName {
  return entries.some((entry) => entry.page === name);
}

/** The way between pages: class switcher, pages, sync badge. At the side, or above and below where the window is narrow. */
export const Rail = memo(function Rail(props: { readonly classId: string; readonly page: string }) {
  const { t } = useTranslation();
  return (
    <header className={styles['rail']}>
      <div className={styles['railTop']}>
        <ClassSwitcher />
        <LevelButton />
      </div>
      <nav className={styles['nav']} aria-label={t('common:nav.label')}>
        <ul className={styles['navList']}>
          {entries.map(({ page, icon }) => (
            <li key={page}>
              <a
                {...withIcon(icon, 'before', styles['entry'])}
                href={href(page)}
                aria-current={props.page === page ? 'page' : undefined}
              >
                {t(`common:nav.${page}`)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div className={styles['railBadge']}>
        <SyncBadge classId={props.classId} />
      </div>
    </header>
  );
});
