import { useTranslation } from 'react-i18next';
import { useFormat } from '../../format.ts';
import { useReasonWords } from '../reasons/use-reason-words.ts';
import { useClassStore, type LastAction as Last } from './class-store.ts';
import styles from './class.module.css';

/** The last points given and their Undo; both stay until the next ones. */
export function LastAction(props: { readonly classId: string }) {
  const { t } = useTranslation();
  const words = useActionWords();
  const { last, busy, undoLast } = useClassStore();
  return (
    <div className={styles['toastPlace']} role="status">
      {last !== null && last.classId === props.classId && (
        <div className={styles['toast']}>
          <span className={styles['toastText']}>
            {last.undone ? t('class:undone', { what: words(last) }) : words(last)}
          </span>
          {!last.undone && (
            <button type="button" className={styles['undo']} disabled={busy} onClick={() => void undoLast()}>
              {t('class:undo')}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function useActionWords(): (last: Last) => string {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useReasonWords();
  return ({ events }) => {
    const [first] = events;
    if (first === undefined) return '';
    const who =
      events.length <= 2
        ? format.list(events.map((event) => event.student))
        : t('class:students', { count: events.length });
    return `${format.signed(first.delta)} ${words.event(first)} · ${who}`;
  };
}
