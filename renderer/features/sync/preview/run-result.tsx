import { CheckCircleOutlined, ClockCircleOutlined, CloseCircleOutlined, InfoCircleOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { RunResult } from '../../../../shared/contract/sync.ts';
import { errorFromJson } from '../../../../shared/errors.ts';
import { useFormat, type Format } from '../../../format.ts';
import { href } from '../../../router.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import type { RunMode } from './primary-mode.ts';
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

/** How a run ended: what went where, what stayed and why. Stays until it is closed or the next run begins. */
export function RunResultPanel(props: {
  readonly mode: RunMode;
  readonly run: RunResult;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { run } = props;
  const { outcome } = run;
  const Icon = icons[outcome];
  const good = outcome === 'completed' || outcome === 'undecided';
  return (
    <section className={styles['outcome']} data-outcome={outcome} role="status" aria-label={t('sync:outcome.label')}>
      <div className={styles['outcomeHead']}>
        <Icon className={styles['outcomeIcon'] ?? ''} aria-hidden />
        <div className={styles['outcomeText']}>
          <h2>{t(`sync:outcome.${outcome}.title`)}</h2>
          <p className={styles['quiet']}>
            {t(`sync:outcome.${outcome}.text`)}
            {good && ` ${countsText(run.counts, t, format)}`}
          </p>
        </div>
        <div className={styles['outcomeActions']}>
          {good && <a href={href(`sync/run/${run.runId}`)}>{t('sync:outcome.show')}</a>}
          <Button onClick={props.onClose}>{t('common:close')}</Button>
        </div>
      </div>
      {run.error !== null && outcome !== 'stale' && <ErrorNotice error={errorFromJson(run.error)} />}
      {outcome !== 'stale' && <LeftRows left={run.left} />}
    </section>
  );
}

/** "To server: 14 added, 2 changed. To this PC: 9 added." */
export function countsText(counts: RunResult['counts'], t: TFunction, format: Format): string {
  const side = (name: 'up' | 'down'): string | null => {
    const parts = (['add', 'update', 'delete'] as const).flatMap((kind) =>
      counts[name][kind] === 0 ? [] : [t(`sync:counts.${kind}`, { count: counts[name][kind] })],
    );
    return parts.length === 0 ? null : t(`sync:counts.${name}`, { parts: format.list(parts) });
  };
  const sides = [side('up'), side('down')].filter((text) => text !== null);
  return sides.length === 0 ? t('sync:counts.none') : sides.join(' ');
}

const reasons = [
  'undecided',
  'unticked',
  'skipped',
  'blocked',
  'direction',
  'edited-meanwhile',
  'new-child',
  'already-there',
  'refused',
  'guard',
] as const;

/** More than this is counted: the list itself follows below. */
const longest = 8;

function LeftRows(props: { readonly left: RunResult['left'] }) {
  const { t } = useTranslation();
  const { left } = props;
  if (left.length === 0) return null;
  return (
    <div>
      <h3>{t('sync:outcome.left', { count: left.length })}</h3>
      <ul className={styles['leftRows']}>
        {left.slice(0, longest).map((row) => {
          const reason = reasons.find((known) => known === row.reason) ?? 'undecided';
          return (
            <li key={`${row.table} ${JSON.stringify(row.key)}`}>
              {thingWord(row.table, { t })} · {row.label}{' '}
              <span className={styles['quiet']}>– {t(`sync:leftReason.${reason}`)}</span>
            </li>
          );
        })}
      </ul>
      {left.length > longest && (
        <p className={styles['quiet']}>{t('sync:what.more', { count: left.length - longest })}</p>
      )}
    </div>
  );
}
