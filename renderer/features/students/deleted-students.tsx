import { Button } from 'antd';
import type { TFunction } from 'i18next';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StudentItem } from '../../../shared/contract/roster.ts';
import { AppError } from '../../../shared/errors.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import { call } from '../../client.ts';
import { useFormat, type Format } from '../../format.ts';
import { useAction } from '../../use-action.ts';
import { Busy } from '../../ui/busy.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Grid } from '../../ui/grid.tsx';
import type { GridColumn } from '../../ui/grid-types.ts';
import { deletedStore } from './deleted-store.ts';
import { EraseStudent, ErasedNotice, type Erased } from './erase-student.tsx';
import { useLastDeleted } from './last-deleted-store.ts';
import { rosterStore } from './roster-store.ts';
import styles from './students.module.css';

/** Everybody who was deleted, each with Restore; nothing of them is lost. */
export function DeletedStudents(props: { readonly classId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error } = deletedStore.use();
  const action = useAction();
  const [erasing, setErasing] = useState<StudentItem | null>(null);
  const [erased, setErased] = useState<Erased | null>(null);
  const [failed, setFailed] = useState<StudentItem | null>(null);
  const { classId } = props;
  useEffect(() => deletedStore.show(classId), [classId]);
  if (data === null)
    return error === null ? <Busy /> : <ErrorNotice error={error} onRetry={() => void deletedStore.refresh()} />;
  const restore = async (student: StudentItem, withoutNumber = false): Promise<void> => {
    setFailed(student);
    await action.run(async () => {
      await call('student.restore', { classId, ids: [student.id], ...(withoutNumber ? { number: null } : {}) });
      useLastDeleted.getState().noteRestored(student.id);
      await Promise.all([deletedStore.refresh(), rosterStore.refresh()]);
    });
  };
  const columns = deletedColumns({ t, format, restore: (student) => void restore(student), erase: setErasing });
  const numberTaken = action.error instanceof AppError && action.error.code === 'number-taken' && failed !== null;
  return (
    <>
      {action.error !== null && (
        <ErrorNotice error={action.error} onClose={action.clear}>
          {numberTaken && (
            <Button onClick={() => void restore(failed, true)}>
              {t('students:restoreWithoutNumber', { name: shownText(failed.name) })}
            </Button>
          )}
        </ErrorNotice>
      )}
      {erased !== null && <ErasedNotice erased={erased} onClose={() => setErased(null)} />}
      {erasing !== null && (
        <EraseStudent
          key={erasing.id}
          classId={classId}
          student={erasing}
          onErased={(done) => {
            setErased(done);
            void deletedStore.refresh();
          }}
          onClose={() => setErasing(null)}
        />
      )}
      <Grid
        label={t('students:recentlyDeleted')}
        columns={columns}
        rowCount={data.length}
        row={(index) => data[index]}
        rowKey={(student) => student.id}
        empty={<Empty title={t('students:noDeleted.title')} text={t('students:noDeleted.text')} />}
      />
    </>
  );
}

/** The width (px) from which erasing has a column of its own. */
const roomForErase = 460;

function EraseButton(props: {
  readonly student: StudentItem;
  readonly onErase: (student: StudentItem) => void;
  readonly t: TFunction;
}) {
  const { student, t } = props;
  return (
    <Button
      size="small"
      danger
      tabIndex={-1}
      onClick={() => props.onErase(student)}
      aria-label={t('students:erase.named', { name: shownText(student.name) })}
    >
      {t('students:erase.button')}
    </Button>
  );
}

function deletedColumns(tools: {
  readonly t: TFunction;
  readonly format: Format;
  readonly restore: (student: StudentItem) => void;
  readonly erase: (student: StudentItem) => void;
}): readonly GridColumn<StudentItem>[] {
  const { t, format, restore, erase } = tools;
  return [
    {
      id: 'name',
      header: t('students:name'),
      width: 'minmax(100px, 2fr)',
      from: roomForErase,
      cell: (student) => <strong>{shownText(student.name)}</strong>,
    },
    {
      // Where there is no room for its column, erasing stands below the name.
      id: 'nameErase',
      header: t('students:name'),
      width: 'minmax(100px, 2fr)',
      to: roomForErase,
      cell: (student) => (
        <span className={styles['nameErase']}>
          <strong>{shownText(student.name)}</strong>
          <EraseButton student={student} onErase={erase} t={t} />
        </span>
      ),
    },
    { id: 'number', header: t('students:number'), width: '90px', from: 820, cell: (student) => student.number },
    {
      id: 'points',
      header: t('students:allTime'),
      width: '90px',
      align: 'end',
      from: 580,
      cell: (student) => format.number(student.allTime),
    },
    {
      id: 'when',
      header: t('students:deletedAt'),
      width: 'minmax(120px, 1fr)',
      from: 700,
      cell: (student) => (student.deletedAt === null ? '' : format.when(student.deletedAt)),
    },
    {
      id: 'by',
      header: t('students:deletedBy'),
      width: 'minmax(100px, 1fr)',
      from: 940,
      cell: (student) => student.deletedBy,
    },
    {
      id: 'restore',
      header: t('students:restoreColumn'),
      width: '110px',
      cell: (student) => (
        <Button
          size="small"
          tabIndex={-1}
          onClick={() => restore(student)}
          aria-label={t('students:restoreNamed', { name: shownText(student.name) })}
        >
          {t('students:restore')}
        </Button>
      ),
    },
    {
      id: 'erase',
      header: t('students:erase.column'),
      width: '150px',
      from: roomForErase,
      cell: (student) => <EraseButton student={student} onErase={erase} t={t} />,
    },
  ];
}
