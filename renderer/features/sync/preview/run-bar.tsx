import { LoadingOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { TFunction } from 'i18next';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanSummary } from '../../../../shared/contract/sync.ts';
import { useFormat } from '../../../format.ts';
import { useKeyText } from '../../../key-text.ts';
import { onlyIcon, withIcon } from '../../../ui/icon.tsx';
import { ReasonButton } from '../../../ui/reason-button.tsx';
import { stopSecondClick } from '../../../ui/stop-second-click.ts';
import { PlanExport } from './plan-export.tsx';
import { isInDoubt } from './in-doubt.ts';
import { heardPhase, phaseText } from './phase-text.ts';
import { modesOf, primaryMode, type RunMode } from './primary-mode.ts';
import type { Work } from './preview-state.ts';
import type { PreviewStore } from './preview-store.ts';
import styles from './run.module.css';

interface RunBarProps {
  readonly store: PreviewStore;
  readonly plan: PlanSummary;
  readonly mode: 'two-way' | 'push-only' | 'pull-only';
  /** The list has only just taken the place of another: it is not carried out yet. */
  readonly unread: boolean;
  /** How a sync ended is being found out. */
  readonly checking: boolean;
  readonly onKeys: () => void;
}

/**
 * The bottom of the preview: undo, redo, keys; then what can be carried out, one of it primary. While something runs, its progress instead: the focus then
 * stays on the bar, because a second press of the same key must not be a cancel.
 */
export function RunBar(props: RunBarProps) {
  const { t } = useTranslation();
  const { store } = props;
  const running = store.use((state) => state.work !== null);
  return (
    <footer className={styles['bar']} data-running={running} tabIndex={-1} role="group" aria-label={t('sync:run.bar')}>
      {running ? <Running store={store} /> : <Ways {...props} />}
    </footer>
  );
}

/** What can be done with the list as it stands. */
function Ways(props: RunBarProps) {
  const { t } = useTranslation();
  const keyText = useKeyText();
  const { store, plan, mode } = props;
  const primary = primaryMode(plan, mode);
  return (
    <>
      <div className={styles['barSide']}>
        <ReasonButton
          {...withIcon('rollback')}
          why={plan.canUndo ? null : t('sync:run.undoNone')}
          title={t('sync:run.undoHint', { key: keyText('Ctrl+Z') })}
          onClick={() => void store.step('undo')}
        >
          {t('sync:run.undo')}
        </ReasonButton>
        <ReasonButton
          {...withIcon('rollback', 'before', styles['mirrored'])}
          why={plan.canRedo ? null : t('sync:run.redoNone')}
          title={t('sync:run.redoHint', { key: keyText('Ctrl+Y') })}
          onClick={() => void store.step('redo')}
        >
          {t('sync:run.redo')}
        </ReasonButton>
        <Button
          {...onlyIcon('question')}
          aria-label={t('sync:keys.title')}
          title={`${t('sync:keys.title')} (?)`}
          onClick={props.onKeys}
        />
        {plan.total > 0 && <PlanExport plan={plan} />}
      </div>
      <div className={styles['barSide']} onClickCapture={stopSecondClick}>
        {/* Two numbers that add up to more than the third. */}
        {plan.purpose === 'sync' && mode === 'two-way' && plan.ready.both > 0 && (
          <span className={styles['quiet']}>{t('sync:run.both', { count: plan.ready.both })}</span>
        )}
        {modesOf(plan, mode).map((way) => (
          <GoButton key={way} {...props} mode={way} primary={way === primary} />
        ))}
      </div>
    </>
  );
}

function GoButton(
  props: Pick<RunBarProps, 'store' | 'plan' | 'unread' | 'checking'> & {
    readonly mode: RunMode;
    readonly primary: boolean;
  },
) {
  const { t } = useTranslation();
  const keyText = useKeyText();
  const { store, plan, mode, primary, unread } = props;
  const count = plan.ready[mode];
  const says = hint(plan, mode, t);
  const inDoubt = store.use(isInDoubt) || props.checking;
  return (
    <ReasonButton
      size="large"
      // Beside the way on from a list that is closed, nothing stands out.
      type={primary && plan.state === 'open' ? 'primary' : 'default'}
      why={inDoubt && plan.state === 'open' ? t('sync:run.checking') : whyNot(plan, count, t)}
      danger={plan.purpose === 'replace'}
      title={primary ? t('sync:run.withKey', { hint: says, key: keyText('Ctrl+Enter') }) : says}
      aria-disabled={unread || undefined}
      onClick={() => {
        if (!unread) void store.run(plan.planId, mode);
      }}
    >
      {planLabel(plan, mode, primary ? plan.ready.leave : 0, t)}
    </ReasonButton>
  );
}

/** The words on a button that carries changes out: "Sync 27, leave 1". */
export function runLabel(mode: RunMode, count: number, leave: number, t: TFunction): string {
  const label = t(`sync:run.${mode}`, { count });
  return leave > 0 ? t('sync:run.leave', { label, count: leave }) : label;
}

/** The words on the button of a list, by what it is for: "Undo 5, leave 1". */
function planLabel({ purpose, ready }: PlanSummary, mode: RunMode, leave: number, t: TFunction): string {
  const count = ready[mode];
  if (purpose === 'sync') return runLabel(mode, count, leave, t);
  const label = t(`sync:${purpose}.run`, { count });
  return leave > 0 ? t('sync:run.leave', { label, count: leave }) : label;
}

function hint({ purpose, ready }: PlanSummary, mode: RunMode, t: TFunction): string {
  // A merged change goes both ways: the two numbers beside it add up to more than this one.
  if (purpose === 'sync' && mode === 'sync' && ready.both > 0)
    return t('sync:run.hint.both', { up: ready.apply, down: ready.pull, both: ready.both });
  return purpose === 'sync' ? t(`sync:run.hint.${mode}`) : t(`sync:${purpose}.hint`);
}

function whyNot(plan: PlanSummary, count: number, t: TFunction): string | null {
  if (plan.state !== 'open') return t(`sync:preview.${plan.state}`);
  if (count > 0) return null;
  return plan.undecided > 0 && plan.ready.sync === 0 ? t('sync:run.decideFirst') : t('sync:run.nothing');
}

/** The phase of a piece of work as people read it, with its counts. */
export function usePhaseText(): (work: Work) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return (work) => phaseText(work, { t, format });
}

/** What goes on, for how long, and the way to stop it. Each phase is announced once. */
function Running(props: { readonly store: PreviewStore }) {
  const work = props.store.use((state) => state.work);
  return work === null ? null : <Progress work={work} onCancel={props.store.cancel} />;
}

function Progress(props: { readonly work: Work; readonly onCancel: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { work } = props;
  const seconds = useSeconds(work.startedAt);
  const text = phaseText(work, { t, format });
  const total = work.progress?.total ?? null;
  return (
    <>
      <div className={styles['running']}>
        <LoadingOutlined className={styles['spin'] ?? ''} aria-hidden />
        <strong>{text}</strong>
        <span className={styles['quiet']}>{t('sync:run.elapsed', { seconds: format.number(seconds) })}</span>
        {/* How much was sent says nothing of how far cancelling is. */}
        {!work.cancelling && total !== null && total > 0 && (
          <progress className={styles['progress']} aria-label={text} max={total} value={work.progress?.done ?? 0} />
        )}
        <span className="visually-hidden" role="status">
          {heardPhase(work, { t, format })}
        </span>
      </div>
      <div className={styles['barSide']} onClickCapture={stopSecondClick}>
        <Button disabled={work.cancelling} onClick={props.onCancel}>
          {t('common:cancel')}
        </Button>
      </div>
    </>
  );
}

function useSeconds(since: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, Math.floor((now - since) / 1000));
}
