import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { href, navigate } from '../../router.ts';
import { useApp } from '../app/app-store.ts';
import styles from './sync.module.css';

/** One way to share a class: from this PC, with a code, or on a server of the school. */
export type Door = 'share' | 'code' | 'server';

/** The three ways to share a class. The open one is marked. */
export function Doors(props: { readonly open: Door | null; readonly sharing: boolean; readonly onShare: () => void }) {
  const { t } = useTranslation();
  const canShare = useApp((state) => state.app?.canShare ?? false);
  const doors: readonly Door[] = canShare ? ['share', 'code', 'server'] : ['code', 'server'];
  const enter = (door: Door): void => {
    if (door === 'share') props.onShare();
    else navigate(href(`sync/${door}`));
  };
  return (
    <ul className={styles['doors']}>
      {doors.map((door) => (
        <li key={door} className={styles['door']} data-open={props.open === door}>
          <div className={styles['doorText']}>
            <h2>{t(`sync:doors.${door}.title`)}</h2>
            <p className={styles['quiet']}>{t(`sync:doors.${door}.text`)}</p>
          </div>
          <Button
            type={
              door === (props.open ?? 'share') || (props.open === null && door === doors[0]) ? 'primary' : 'default'
            }
            loading={door === 'share' && props.sharing}
            onClick={() => enter(door)}
          >
            {t(`sync:doors.${door}.action`)}
          </Button>
        </li>
      ))}
    </ul>
  );
}
