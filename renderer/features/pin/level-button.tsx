import { LockOutlined, UnlockOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../app/app-store.ts';
import { usePin } from './pin-store.ts';
import styles from './pin.module.css';

/** What may be done in this window, where a PIN is set: a click asks for the PIN, or locks again. Nothing where none is set. */
export function LevelButton() {
  const { t } = useTranslation();
  const state = usePin((all) => all.state);
  const lock = usePin((all) => all.lock);
  const ask = usePin((all) => all.ask);
  const fail = useApp((all) => all.fail);
  useLoading();
  if (state === null || !state.set.admin) return null;
  const locked = state.level === state.without;
  const level = t(`common:pin.level.${state.level}`);
  const press = (): void => {
    if (!locked) void lock().catch(fail);
    else void ask(state.level === 'view' ? 'points' : 'admin');
  };
  return (
    <Button
      className={styles['level'] ?? ''}
      icon={locked ? <LockOutlined aria-hidden /> : <UnlockOutlined aria-hidden />}
      aria-label={t(locked ? 'common:pin.levelLocked' : 'common:pin.levelOpen', { level })}
      onClick={press}
    >
      <span className={styles['levelName']}>{level}</span>
    </Button>
  );
}

/** Reads it at the start, when the line is back, and when it locks by itself. */
function useLoading(): void {
  const connected = useApp((all) => all.connected);
  const state = usePin((all) => all.state);
  const load = usePin((all) => all.load);
  useEffect(() => {
    if (connected) void load().catch(() => undefined);
  }, [connected, load]);
  useEffect(() => {
    if (state?.locksInMs == null) return undefined;
    const timer = setTimeout(() => void load().catch(() => undefined), state.locksInMs + 100);
    return () => clearTimeout(timer);
  }, [state, load]);
}
