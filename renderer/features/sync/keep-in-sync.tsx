import { PauseCircleOutlined, SyncOutlined } from '@ant-design/icons';
import { Button, Select, Switch } from 'antd';
import type { TFunction } from 'i18next';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionItem, ContinuousState } from '../../../shared/contract/connection.ts';
import type { Params } from '../../../shared/contract/contract.ts';
import { errorFromJson } from '../../../shared/errors.ts';
import { call } from '../../client.ts';
import { useFormat, type Format } from '../../format.ts';
import { useAction } from '../../use-action.ts';
import { useMinutes } from '../../use-minutes.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { connectionsStore } from './connections-store.ts';
import styles from './sync.module.css';

const intervals = [1, 5, 15, 60] as const;

/** Continuous sync on the card of a connection: on or off, how often, when next, why not now, and what it takes. */
export function KeepInSync(props: { readonly item: ConnectionItem }) {
  const { t } = useTranslation();
  const action = useAction();
  const label = useId();
  const { classId, id: connectionId, continuous, lastRunAt } = props.item;
  // The first list is for a person to look at.
  if (lastRunAt === null && continuous === null) return null;
  const set = (change: Params<'continuous.set'>['change']): void =>
    void action.run(async () => {
      await call('continuous.set', { classId, connectionId, change });
      await connectionsStore.refresh();
    });
  const syncNow = (): void =>
    void action.run(async () => {
      await call('continuous.round', { classId, connectionId });
      await connectionsStore.refresh();
    });
  return (
    <section className={styles['keep']} aria-labelledby={label}>
      <div className={styles['keepHead']}>
        <Switch
          checked={continuous !== null}
          disabled={action.busy}
          aria-labelledby={label}
          onChange={(on) => set({ on })}
        />
        <h3 id={label} className={styles['keepTitle']}>
          {t(isPaused(continuous) ? 'sync:keep.titlePaused' : 'sync:keep.title')}
        </h3>
        {continuous !== null && (
          <>
            <Select
              className={styles['keepEvery'] ?? ''}
              aria-label={t('sync:keep.interval')}
              value={continuous.everyMinutes}
              disabled={action.busy}
              options={intervals.map((value) => ({ value, label: t('sync:keep.every', { count: value }) }))}
              onChange={(everyMinutes) => set({ everyMinutes })}
            />
            <Buttons state={continuous} busy={action.busy} onSet={set} onNow={syncNow} />
          </>
        )}
      </div>
      {continuous === null ? (
        <p className={styles['quiet']}>{t('sync:keep.about')}</p>
      ) : (
        <How item={props.item} state={continuous} />
      )}
      {action.error !== null && <ErrorNotice error={action.error} onClose={action.clear} />}
    </section>
  );
}

/** Whether a person paused keeping in sync; what stopped by itself says why instead. */
export function isPaused(state: ContinuousState | null): boolean {
  return state?.paused === true && state.halted === null;
}

function Buttons(props: {
  readonly state: ContinuousState;
  readonly busy: boolean;
  readonly onSet: (change: Params<'continuous.set'>['change']) => void;
  readonly onNow: () => void;
}) {
  const { t } = useTranslation();
  const { state, busy, onSet } = props;
  if (state.halted !== null) return null;
  if (state.paused) {
    return (
      <Button disabled={busy} onClick={() => onSet({ paused: false })}>
        {t('sync:keep.resume')}
      </Button>
    );
  }
  return (
    <>
      <Button icon={<PauseCircleOutlined aria-hidden />} disabled={busy} onClick={() => onSet({ paused: true })}>
        {t('sync:keep.pause')}
      </Button>
      <Button icon={<SyncOutlined aria-hidden />} disabled={busy} onClick={props.onNow}>
        {t('sync:keep.now')}
      </Button>
    </>
  );
}

/** How it goes in one line, and what it takes in another; what halted it with the way on. */
function How(props: { readonly item: ConnectionItem; readonly state: ContinuousState }) {
  const { t } = useTranslation();
  const format = useFormat();
  const action = useAction();
  useMinutes();
  const { item, state } = props;
  const { classId, id: connectionId } = item;
  const goOn = (): void =>
    void action.run(async () => {
      await call('continuous.set', { classId, connectionId, change: { paused: false } });
      await connectionsStore.refresh();
    });
  if (state.halted !== null) {
    const again = (
      <Button loading={action.busy} onClick={goOn}>
        {t('sync:keep.goOn')}
      </Button>
    );
    // What failed is told by the card already, with the way to put it right.
    const told = item.status === 'FAILED' && item.error?.code === state.halted.code;
    return (
      <>
        <p className={styles['keepHalted']}>{t(told ? 'sync:keep.haltedAbove' : 'sync:keep.halted')}</p>
        {told ? <p>{again}</p> : <ErrorNotice error={errorFromJson(state.halted)}>{again}</ErrorNotice>}
        {action.error !== null && <ErrorNotice error={action.error} onClose={action.clear} />}
      </>
    );
  }
  const { load, everyMinutes, takenBack } = state;
  return (
    <p className={styles['quiet']}>
      {format.sentences(
        nextText(state, t, format),
        takenBack > 0 ? t('sync:keep.takenBack', { count: takenBack }) : null,
        load === null || state.paused
          ? null
          : t('sync:keep.load', {
              asked: format.number(load.asked),
              perMinute: format.number(Math.max(0.1, Math.round((load.asked / everyMinutes) * 10) / 10)),
              seconds: format.number(Math.max(0.1, Math.round(load.lastMs / 100) / 10)),
            }),
      )}
    </p>
  );
}

function nextText({ paused, nextAt, failures, waits }: ContinuousState, t: TFunction, format: Format): string {
  if (paused) return t('sync:keep.paused');
  if (nextAt === null) return t('sync:keep.working');
  if (waits !== null) return t(`sync:keep.waits.${waits}`);
  const when = { time: format.when(nextAt), ago: format.ago(nextAt) };
  return failures > 0 ? t('sync:keep.backOff', { ...when, count: failures }) : t('sync:keep.next', when);
}
