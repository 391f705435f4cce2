import { UndoOutlined } from '@ant-design/icons';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { shownText } from '../../../shared/model/visible-text.ts';
import { onAreasChanged } from '../../follow-engine.ts';
import { useFormat } from '../../format.ts';
import { Toast } from '../../ui/toast.tsx';
import { useReasonWords } from '../reasons/use-reason-words.ts';
import { useClassStore, type LastAction as Last } from './class-store.ts';
import styles from './class.module.css';

/** The last points given and their Undo, for some time; afterwards a quiet way to undo them is left of it, at the same place. */
export function LastAction(props: { readonly classId: string }) {
  return (
    // Both at one place: what the cards leave room for while the action is told of, they go on leaving room for, so that none moves under a finger.
    <div>
      <LastTold classId={props.classId} />
      <UndoLast classId={props.classId} />
    </div>
  );
}

/** The last points given and their Undo, for some time. */
export function LastTold(props: { readonly classId: string }) {
  const { last, checkLast, endTelling } = useClassStore();
  // Whoever comes back later is not told again of what is long done; the quiet way to undo it is left.
  useEffect(() => endTelling, [endTelling]);
  useEffect(() => {
    void checkLast();
    return onAreasChanged((classId, areas) => {
      if (classId === props.classId && (areas.includes('events') || areas.includes('students'))) void checkLast();
    });
  }, [props.classId, checkLast]);
  return (
    <div className={styles['toastPlace']} role="status">
      {last !== null && !last.told && last.classId === props.classId && (
        <LastToast key={last.events[0]?.id} last={last} />
      )}
    </div>
  );
}

function LastToast(props: { readonly last: Last }) {
  const { t } = useTranslation();
  const words = useActionWords();
  const { busy, undoLast, endTelling } = useClassStore();
  const { last } = props;
  return (
    <Toast
      text={last.undone ? t('class:undone', { what: words(last) }) : words(last)}
      undo={last.undone ? null : { label: t('class:undo'), busy, onUndo: () => void undoLast() }}
      onTold={endTelling}
    />
  );
}

/** What is left of the last action when it has been told: the way to undo it, quietly. */
function UndoLast(props: { readonly classId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useActionWords();
  const { last, busy, undoLast } = useClassStore();
  if (last === null || last.undone || !last.told || last.classId !== props.classId) return null;
  const what = words(last);
  return (
    <div className={styles['toastPlace']}>
      <button
        type="button"
        className={styles['undoLast']}
        disabled={busy}
        title={what}
        aria-label={format.labelled(t('class:undoLast'), what)}
        onClick={() => void undoLast()}
      >
        <UndoOutlined aria-hidden /> {t('class:undoLast')}
      </button>
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
        ? format.list(events.map((event) => shownText(event.student)))
        : t('class:students', { count: events.length });
    return `${format.signed(first.delta)} ${shownText(words.event(first))} · ${who}`;
  };
}
