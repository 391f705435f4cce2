import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { shownText } from '../../../shared/model/visible-text.ts';
import { onAreasChanged } from '../../follow-engine.ts';
import { useFormat } from '../../format.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Toast } from '../../ui/toast.tsx';
import { useLastDeleted } from './last-deleted-store.ts';
import styles from './students.module.css';

/** Who was deleted last, with Undo, for some time; afterwards "Recently deleted" has them. */
export function DeletedToast(props: { readonly classId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { last, busy, error, undo, endTelling, clearError } = useLastDeleted();
  useEffect(
    () =>
      onAreasChanged((classId, areas) => {
        // What cannot be read now is read with the next change; undoing says itself why it fails.
        if (classId === props.classId && areas.includes('students'))
          void useLastDeleted
            .getState()
            .look()
            .catch(() => {});
      }),
    [props.classId],
  );
  const shown = last?.classId === props.classId ? last : null;
  const who =
    shown === null || shown.students.length > 2
      ? t('class:students', { count: shown?.students.length ?? 0 })
      : format.list(shown.students.map(({ name }) => shownText(name)));
  return (
    <>
      {error !== null && shown !== null && <ErrorNotice error={error} onClose={clearError} />}
      <div className={styles['toastPlace']} role="status">
        {shown !== null && (
          <Toast
            key={shown.students[0]?.id}
            text={
              shown.undone
                ? t('students:restored', { who })
                : format.aside(t('students:deleted', { who }), t('students:deletedKept'))
            }
            undo={shown.undone ? null : { label: t('class:undo'), busy, onUndo: () => void undo() }}
            onTold={endTelling}
          />
        )}
      </div>
    </>
  );
}
