import { CheckCircleOutlined, ClockCircleOutlined, CloseCircleOutlined, InfoCircleOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { TFunction } from 'i18next';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanSummary, RunResult } from '../../../../shared/contract/sync.ts';
import { errorFromJson, type AppError } from '../../../../shared/errors.ts';
import { errorParams } from '../../../../shared/text/error-params.ts';
import { shownParams } from '../../../../shared/text/shown-params.ts';
import { shownText } from '../../../../shared/model/visible-text.ts';
import { useFormat, type Format } from '../../../format.ts';
import { href } from '../../../router.ts';
import { CopyForIt, ErrorNotice, isForIt } from '../../../ui/error-notice.tsx';
import { shownLabel } from '../shown-label.ts';
import { thingWord } from './what-changes.ts';
import styles from './run.module.css';

const icons = {
  completed: CheckCircleOutlined,
  undecided: CheckCircleOutlined,
  stale: InfoCircleOutlined,
  refused: CloseCircleOutlined,
  failed: CloseCircleOutlined,
  cancelled: InfoCircleOutlined,
  checking: ClockCircleOutlined,
};

/** Runs whose result had the focus once: whoever comes back to one, or waits until it is known, is not taken to it again. */
const met = new Set<string>();

/** How a run ended: what went where, what stayed and why. Stays until it is closed or the next run begins. */
export function RunResultPanel(props: {
  readonly run: RunResult;
  readonly purpose: PlanSummary['purpose'];
  /** Its answer had been lost, and how it ended was found out later. */
  readonly foundOut: boolean;
  /** Somebody wished to cancel it when it had been carried out already. */
  readonly tooLate: boolean;
  /** It is before somebody's eyes. */
  readonly onSeen: () => void;
  readonly onUndo: () => void;
  /** Null where what is around it has a way to close it. */
  readonly onClose: (() => void) | null;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { run, onSeen } = props;
  const { outcome } = run;
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (met.has(run.runId)) return;
    met.add(run.runId);
    box.current?.focus();
  }, [run.runId]);
  useEffect(onSeen, [run, onSeen]);
  const Icon = icons[outcome];
  const good = outcome === 'completed' || outcome === 'undecided';
  const words = wordsFor(outcome, good, props);
  // What the server refused is said once, in the words of the result: a notice within it would say again that nothing was changed, and leave no room for the row.
  const refusal = outcome === 'refused' && run.error !== null ? errorFromJson(run.error) : null;
  return (
    <section
      ref={box}
      tabIndex={-1}
      className={styles['outcome']}
      data-outcome={outcome}
      role="status"
      aria-label={t('sync:outcome.label')}
    >
      <div className={styles['outcomeHead']}>
        <Icon className={styles['outcomeIcon'] ?? ''} aria-hidden />
        <div className={styles['outcomeText']}>
          <h2>{t(`sync:${words}.title`)}</h2>
          <p className={styles['quiet']}>
            {format.sentences(
              props.tooLate ? t('sync:outcome.tooLate') : null,
              outcome === 'stale' && run.nextPlanId === null ? t('sync:outcome.stale.noList') : t(`sync:${words}.text`),
              good ? countsText({ counts: run.counts, purpose: props.purpose }, t, format) : null,
              refusal === null ? null : refusalText(refusal, 'title', t),
              refusal === null ? null : refusalText(refusal, 'remedy', t),
            )}
          </p>
        </div>
        <div className={styles['outcomeActions']}>
          {good && (
            <a className={styles['showAll'] ?? ''} href={href(`sync/run/${run.runId}`)}>
              {t('sync:outcome.show')}
            </a>
          )}
          {/* What was just taken back comes again by a sync; under the same words it would mean the opposite. */}
          {good && props.purpose !== 'undo' && wroteAnything(run.counts) && (
            <Button onClick={props.onUndo}>{t('sync:undo.action')}</Button>
          )}
          {refusal !== null && isForIt(refusal.code) && (
            <CopyForIt
              error={refusal}
              lines={[refusalText(refusal, 'title', t), t(`sync:${words}.text`), refusalText(refusal, 'remedy', t)]}
            />
          )}
          {props.onClose !== null && <Button onClick={props.onClose}>{t('common:gotIt')}</Button>}
        </div>
      </div>
      {/* What is being found out has not failed: that the answer was lost is said above. */}
      {run.error !== null && refusal === null && outcome !== 'stale' && outcome !== 'checking' && (
        <ErrorNotice error={errorFromJson(run.error)} />
      )}
      <LeftRows
        below="heading"
        left={run.left}
        title={outcome === 'stale' ? 'sync:outcome.moved' : 'sync:outcome.left'}
        // They are in the list below, where they need the room.
        folded={good && run.left.length > fewLeft}
      />
    </section>
  );
}

/** What was refused, or what can be done about it, in the words of the error. */
function refusalText({ code, params }: AppError, part: 'title' | 'remedy', t: TFunction): string {
  return t(`errors:${code}.${part}`, errorParams(shownParams(params)));
}

/** Which title and text tell how a run ended. */
function wordsFor(
  outcome: RunResult['outcome'],
  good: boolean,
  { purpose, foundOut }: { readonly purpose: PlanSummary['purpose']; readonly foundOut: boolean },
) {
  if (foundOut) return good ? 'outcome.arrived' : 'outcome.lost';
  return good && purpose !== 'sync' ? (`${purpose}.done` as const) : (`outcome.${outcome}` as const);
}

/** Whether a run wrote anything, so that there is something to take back. */
export function wroteAnything({ up, down }: RunResult['counts']): boolean {
  return [up, down].some((side) => side.add + side.update + side.delete > 0);
}

/** "To server: 14 added, 2 changed. To this PC: 9 added, 1 restored." What a run that takes another one back adds are entries that undo points. */
export function countsText(
  { counts, purpose }: { readonly counts: RunResult['counts']; readonly purpose: PlanSummary['purpose'] },
  t: TFunction,
  format: Format,
): string {
  const added = purpose === 'undo' ? 'undone' : 'add';
  const side = (name: 'up' | 'down'): string | null => {
    const { add, restored = 0, update, delete: removed } = counts[name];
    const numbers = { add: add - restored, undone: add - restored, restored, update, delete: removed };
    const parts = ([added, 'restored', 'update', 'delete'] as const).flatMap((kind) =>
      numbers[kind] === 0 ? [] : [t(`sync:counts.${kind}`, { count: numbers[kind] })],
    );
    return parts.length === 0 ? null : t(`sync:counts.${name}`, { parts: format.list(parts) });
  };
  const sides = [side('up'), side('down')].filter((text) => text !== null);
  return sides.length === 0 ? t('sync:counts.none') : format.sentences(...sides);
}

const reasons = [
  'undecided',
  'unticked',
  'taken-back',
  'skipped',
  'blocked',
  'direction',
  'edited-meanwhile',
  'new-child',
  'already-there',
  'refused',
  'parent-lost',
  'server-rule',
  'sync-only',
  'value-taken',
  'value-held',
  'check',
  'guard',
  'changed-since',
  'no-inverse',
  'stays-void',
  'erasure-waits',
  'erasure-refused',
  'joined',
  'erased',
] as const;

/** More than this is counted: the list itself follows below. */
const longest = 8;
/** As many rows that were left are shown at once. */
const fewLeft = 2;

/** What a run left and why; of one that found its list outdated, what had moved. */
export function LeftRows(props: {
  readonly left: RunResult['left'];
  readonly title: 'sync:outcome.left' | 'sync:outcome.moved';
  /** What the heading stands below: the title of the page, or a heading on it. */
  readonly below: 'page' | 'heading';
  /** Whether only their number is shown until somebody asks for more. */
  readonly folded?: boolean;
}) {
  const { t } = useTranslation();
  const { left } = props;
  const Heading = props.below === 'page' ? 'h2' : 'h3';
  if (left.length === 0) return null;
  const title = t(props.title, { count: left.length });
  if (props.folded === true) {
    return (
      <details>
        <summary className={styles['leftTitle']}>{title}</summary>
        <Left left={left} />
      </details>
    );
  }
  return (
    <div>
      <Heading className={styles['leftTitle']}>{title}</Heading>
      <Left left={left} />
    </div>
  );
}

function Left({ left }: { readonly left: RunResult['left'] }) {
  const { t } = useTranslation();
  return (
    <>
      <ul className={styles['leftRows']}>
        {left.slice(0, longest).map((row) => {
          const reason = reasons.find((known) => known === row.reason) ?? 'undecided';
          return (
            <li key={`${row.table} ${JSON.stringify(row.key)}`}>
              {shownText(
                [thingWord(row.table, { t }), shownLabel({ ...row, row: null }, { t })]
                  .filter((part) => part !== '')
                  .join(' · '),
              )}{' '}
              <span className={styles['quiet']}>– {t(`sync:leftReason.${reason}`)}</span>
            </li>
          );
        })}
      </ul>
      {left.length > longest && (
        <p className={styles['quiet']}>{t('sync:what.more', { count: left.length - longest })}</p>
      )}
    </>
  );
}
