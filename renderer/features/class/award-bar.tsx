import { CloseOutlined } from '@ant-design/icons';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReasonItem } from '../../../shared/contract/roster.ts';
import { Signed } from '../../ui/signed.tsx';
import { useReasonWords } from '../reasons/use-reason-words.ts';
import { useClassStore, type Award } from './class-store.ts';
import styles from './award.module.css';

const quick = [1, 2, -1] as const;

/** What the selected students can be given. Slides in at the bottom, within reach on a wall board. */
export function AwardBar(props: {
  readonly reasons: readonly ReasonItem[];
  readonly barRef: RefObject<HTMLDivElement | null>;
  readonly onAward: (award: Award) => void;
  readonly onAll: () => void;
  readonly onOther: () => void;
}) {
  const { t } = useTranslation();
  const { barRef, reasons, onAward, onAll, onOther } = props;
  const words = useReasonWords();
  const { selected, busy, clear } = useClassStore();
  return (
    <div ref={barRef} className={styles['bar']} role="group" aria-label={t('class:give')}>
      <strong className={styles['count']}>{t('class:selected', { count: selected.size })}</strong>
      <div className={styles['quick']}>
        {quick.map((delta) => (
          <button
            key={delta}
            type="button"
            className={styles['give']}
            disabled={busy}
            onClick={() => onAward({ delta, text: t('class:quickText') })}
          >
            <Signed value={delta} />
          </button>
        ))}
      </div>
      <div ref={hideWhatDoesNotFit} className={styles['reasons']}>
        {reasons.slice(0, 8).map((reason) => (
          <button
            key={reason.id}
            type="button"
            className={styles['give']}
            disabled={busy}
            onClick={() => onAward({ reasonId: reason.id })}
          >
            {words.text(reason)} <Signed value={reason.delta} />
          </button>
        ))}
      </div>
      <div className={styles['more']}>
        <button type="button" className={styles['give']} disabled={busy} onClick={onAll}>
          {t('class:allReasons')}
        </button>
        <button type="button" className={styles['give']} disabled={busy} onClick={onOther}>
          {t('class:other')}
        </button>
        <button type="button" className={styles['give']} aria-label={t('class:clearSelection')} onClick={clear}>
          <CloseOutlined aria-hidden />
        </button>
      </div>
    </div>
  );
}

/** Of buttons in one line, hides those that do not fit, so that none is half in sight or reached by Tab without being seen. */
function hideWhatDoesNotFit(line: HTMLDivElement | null): (() => void) | undefined {
  if (line === null) return undefined;
  const fit = (): void => {
    const children = [...line.children].filter((child) => child instanceof HTMLElement);
    const top = children[0]?.offsetTop ?? 0;
    for (const child of children) child.style.visibility = child.offsetTop > top ? 'hidden' : '';
  };
  const resized = new ResizeObserver(fit);
  const changed = new MutationObserver(fit);
  resized.observe(line);
  changed.observe(line, { childList: true, subtree: true, characterData: true });
  return () => {
    resized.disconnect();
    changed.disconnect();
  };
}
