import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { permissionLevels } from '../../../shared/permission/permission-level.ts';
import { useFormat } from '../../format.ts';
import { usePin } from '../pin/pin-store.ts';
import { PinDialog, type PinTask } from './pin-dialog.tsx';
import pin from '../pin/pin.module.css';
import styles from './settings.module.css';

/** The permission PINs of this PC: what the levels are, which are set, and the ways to set, change and remove them. */
export function Pins() {
  const { t } = useTranslation();
  const format = useFormat();
  const state = usePin((all) => all.state);
  const [task, setTask] = useState<PinTask | null>(null);
  if (state === null) return null;
  const { set, resetFrom } = state;
  const tasks: readonly PinTask[] = [
    { kind: set.admin ? 'change' : 'set', level: 'admin' },
    ...(set.admin ? [{ kind: set.points ? 'change' : 'set', level: 'points' } as const] : []),
    ...(set.points ? [{ kind: 'remove', level: 'points' } as const] : []),
    ...(set.admin ? [{ kind: 'remove', level: 'admin' } as const] : []),
  ];
  return (
    <>
      <p>{t(set.points ? 'settings:pins.both' : set.admin ? 'settings:pins.admin' : 'settings:pins.none')}</p>
      <dl className={pin['levels']}>
        {permissionLevels.map((level) => (
          <LevelLine key={level} name={t(`common:pin.level.${level}`)} text={t(`settings:pins.may.${level}`)} />
        ))}
      </dl>
      <p className={styles['quiet']}>{t('settings:pins.about')}</p>
      {set.admin && <p className={styles['quiet']}>{t('settings:pins.forgotten')}</p>}
      {resetFrom !== null && <p role="alert">{t('settings:pins.resetFrom', { time: format.full(resetFrom) })}</p>}
      <div className={pin['buttons']}>
        {tasks.map((each) => (
          <Button key={`${each.kind} ${each.level}`} onClick={() => setTask(each)}>
            {t(`settings:pins.${each.kind}.${each.level}`)}
          </Button>
        ))}
      </div>
      {task !== null && <PinDialog task={task} hasAdmin={set.admin} onClose={() => setTask(null)} />}
    </>
  );
}

function LevelLine(props: { readonly name: string; readonly text: string }) {
  return (
    <>
      <dt>{props.name}</dt>
      <dd>{props.text}</dd>
    </>
  );
}
