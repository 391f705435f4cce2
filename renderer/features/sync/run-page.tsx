import { SwapOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { TFunction } from 'i18next';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result } from '../../../shared/contract/contract.ts';
import { errorFromJson, type AppError } from '../../../shared/errors.ts';
import { idOf } from '../../../shared/model/ids.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import { call } from '../../client.ts';
import { onAreasChanged } from '../../follow-engine.ts';
import { useFormat, type Format } from '../../format.ts';
import { oneAtATime } from '../../one-at-a-time.ts';
import { href, navigate } from '../../router.ts';
import { toAppError } from '../../to-app-error.ts';
import { Busy } from '../../ui/busy.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { ReasonButton } from '../../ui/reason-button.tsx';
import { Page } from '../../ui/page.tsx';
import { useClassItem } from '../app/app-store.ts';
import { connectionsStore } from './connections-store.ts';
import { countsText, LeftRows, wroteAnything } from './preview/run-result.tsx';
import { RunOutcome } from './run-outcome.tsx';
import { secondsOf } from './seconds-of.ts';
import { RunRows } from './run-rows.tsx';
import { runsStore } from './runs-store.ts';
import { startUndo } from './start-undo.ts';
import { takenBackBy } from './taken-back.ts';
import { useConnectionName } from './use-connection-name.ts';
import styles from './sync.module.css';
import runStyles from './preview/run.module.css';
import summaryStyles from './preview/summary.module.css';

type RunDetails = Result<'run.show'>;
type RunItem = RunDetails['run'];

/** One sync, read-only, looked at like the list it carried out: when, who, how it ended, every row it wrote, what it left, and the way to take it back. */
export function RunPage(props: { readonly runId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const open = useClassItem();
  const { details, error, again } = useRun(open.id, props.runId);
  const connectionName = useConnectionName();
  const undoing = takenBackBy(useRuns(open.id), props.runId);
  const back = <Button onClick={() => navigate(href('sync'))}>{t('sync:preview.back')}</Button>;
  if (details === null) {
    return (
      <Page title={t('sync:history.one')} actions={back}>
        {error === null ? (
          <Busy />
        ) : (
          // One that is not here is not here the next time either.
          <ErrorNotice error={error} onRetry={error.code === 'not-found' ? undefined : again} />
        )}
      </Page>
    );
  }
  const { run } = details;
  const connection = connectionName(run);
  return (
    <Page
      fill
      title={runTitle(run, t, format)}
      detail={<RunOutcome outcome={run.outcome} />}
      actions={
        <>
          {back}
          <UndoButton classId={open.id} run={run} />
        </>
      }
    >
      <RunEnds run={run} connection={connection} named={details.summary.length + details.left.length > 0} />
      <RunLinks classId={open.id} run={run} />
      {/* That a list was outdated is told by what had moved; there is none here to refresh. */}
      {details.error !== null && run.outcome !== 'stale' && <ErrorNotice error={errorFromJson(details.error)} />}
      {details.left.length > 0 && (
        <section className={runStyles['outcome']} aria-label={t('sync:outcome.left', { count: details.left.length })}>
          <LeftRows
            below="page"
            left={details.left}
            // The list of what was written needs its room.
            folded={details.summary.length > 0 && details.left.length > 3}
            title={run.outcome === 'stale' ? 'sync:outcome.moved' : 'sync:outcome.left'}
          />
        </section>
      )}
      <RunRows
        key={run.runId}
        classId={open.id}
        details={details}
        connection={connection}
        takenBackAt={undoing?.outcome === 'completed' ? undoing.startedAt : null}
        // On paper with its day: "10:42" is true for a day.
        title={runTitle(run, t, { ...format, when: format.full })}
      />
    </Page>
  );
}

/** "Sync of 10:42", "Undo of 11:05". */
function runTitle(run: RunItem, t: TFunction, format: Format): string {
  const time = format.when(run.startedAt);
  if (run.purpose !== 'sync') return t(`sync:history.purposeOf.${run.purpose}`, { time });
  return t('sync:history.of', { mode: t(`sync:modeName.${run.mode}`), time });
}

/** Both ends in words, then what went where and how long it took. */
function RunEnds(props: {
  readonly run: RunItem;
  readonly connection: string;
  /** Whether records are named below. */
  readonly named: boolean;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { run, connection } = props;
  const device = shownText(run.device);
  const took =
    run.durationMs === null ? '' : t('sync:history.tookText', { seconds: format.number(secondsOf(run.durationMs)) });
  return (
    <section className={summaryStyles['ends']} aria-label={t('sync:ends.label', { local: device, server: connection })}>
      <div className={summaryStyles['end']}>
        <span className={styles['quiet']}>{t('sync:history.device')}</span>
        <strong>{device}</strong>
      </div>
      <SwapOutlined className={summaryStyles['swap'] ?? ''} aria-hidden />
      <div className={summaryStyles['end']}>
        <span className={styles['quiet']}>{t('sync:history.connection')}</span>
        <strong>{connection}</strong>
      </div>
      <p className={summaryStyles['told']}>
        {format.sentences(
          // Of one that is still being found out nobody knows what it wrote.
          run.outcome === 'checking' ? null : countsText(run, t, format),
          took === '' ? null : took,
          props.named ? t('sync:history.asThen') : null,
        )}
      </p>
    </section>
  );
}

/** "Undo this sync", where it wrote something, its connection is still there, and nothing took all of it back. */
function UndoButton(props: { readonly classId: string; readonly run: RunItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { classId, run } = props;
  const connections = connectionsStore.use((state) => state.data);
  useEffect(() => connectionsStore.show(classId), [classId]);
  const undoing = takenBackBy(useRuns(classId), run.runId);
  const good = run.outcome === 'completed' || run.outcome === 'undecided';
  if (!good || !wroteAnything(run.counts)) return null;
  const gone = connections !== null && !connections.some(({ id }) => id === run.connectionId);
  const undone = undoing?.outcome === 'completed';
  const why = undone
    ? t('sync:undo.byRun', { time: format.when(undoing.startedAt) })
    : gone
      ? t('sync:undo.connectionGone')
      : null;
  return (
    <ReasonButton
      why={why}
      title={t('sync:undo.actionHint')}
      onClick={() => startUndo({ classId, connectionId: run.connectionId, runId: run.runId })}
    >
      {t('sync:undo.action')}
    </ReasonButton>
  );
}

/** The run this one took back, and the one that took this one back. */
function RunLinks(props: { readonly classId: string; readonly run: RunItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { classId, run } = props;
  const runs = useRuns(classId);
  const undone = runs.find((other) => other.runId === run.undoes);
  const undoing = takenBackBy(runs, run.runId);
  const links = [
    ...(undone === undefined ? [] : [{ key: 'sync:undo.ofRun' as const, run: undone }]),
    ...(undoing === null ? [] : [{ key: 'sync:undo.byRun' as const, run: undoing }]),
  ];
  if (links.length === 0) return null;
  return (
    <p className={runStyles['note']}>
      {links.map(({ key, run: other }) => (
        <a key={other.runId} href={href(`sync/run/${other.runId}`)}>
          {t(key, { time: format.when(other.startedAt) })}
        </a>
      ))}
    </p>
  );
}

/** Every sync of the class; none until they are read. */
function useRuns(classId: string): readonly RunItem[] {
  const runs = runsStore.use((state) => state.data);
  useEffect(() => runsStore.show(classId), [classId]);
  return runs ?? none;
}

const none: readonly RunItem[] = [];

interface RunState {
  readonly runId: string;
  readonly details: RunDetails | null;
  readonly error: AppError | null;
}

/** What is known of a run: read again while it is still being found out how it ended, or where reading it failed, also when somebody says so (`again`). One that has ended stays as it is. */
function useRun(classId: string, runId: string): Pick<RunState, 'details' | 'error'> & { readonly again: () => void } {
  const [state, setState] = useState<RunState | null>(null);
  const reading = useRef((): void => {});
  useEffect(() => {
    let shown = true;
    let ended = false;
    const read = oneAtATime(async () => {
      try {
        const details = await call('run.show', { classId, runId: idOf('run', runId) });
        ended = details.run.outcome !== 'checking';
        if (shown) setState({ runId, details, error: null });
      } catch (caught) {
        const error = toAppError(caught);
        // What is known already is not taken away.
        if (shown)
          setState((known) =>
            known?.runId === runId && known.details !== null ? known : { runId, details: null, error },
          );
      }
    });
    void read();
    reading.current = () => void read();
    const leave = onAreasChanged((changedClass, areas) => {
      if (changedClass === classId && areas.includes('runs') && !ended) void read();
    });
    return () => {
      shown = false;
      leave();
    };
  }, [classId, runId]);
  const again = (): void => reading.current();
  return { ...(state?.runId === runId ? state : { details: null, error: null }), again };
}
