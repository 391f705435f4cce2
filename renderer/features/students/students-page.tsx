import { Button } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { setQuery, useRoute } from '../../router.ts';
import { groupFill } from '../../theme.ts';
import { Busy } from '../../ui/busy.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';
import { Page } from '../../ui/page.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { useClassItem } from '../app/app-store.ts';
import { showSyncSheet } from '../../shell/perform-command.ts';
import { useNotSentText } from '../sync/use-not-sent-text.ts';
import { AddStudents } from './add-students.tsx';
import { ChosenStudents } from './chosen-students.tsx';
import { DeletedStudents } from './deleted-students.tsx';
import { DeletedToast } from './deleted-toast.tsx';
import { EditStudent } from './edit-student.tsx';
import { filterStudents, sortStudents, type StudentSort } from './find-students.ts';
import { GroupsPanel } from './groups-panel.tsx';
import { useLastDeleted } from './last-deleted-store.ts';
import { rosterStore, type Roster } from './roster-store.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import { StudentGrid } from './student-grid.tsx';

/** The roster: everybody in the class, groups, tags, and who was deleted. */
export function StudentsPage() {
  const { t } = useTranslation();
  const open = useClassItem();
  const { query } = useRoute();
  const { data, error } = rosterStore.use();
  const endTelling = useLastDeleted((state) => state.endTelling);
  useEffect(() => rosterStore.show(open.id), [open.id]);
  // Whoever comes back later is not told again of what is long done.
  useEffect(() => endTelling, [endTelling]);
  const deleted = query.get('view') === 'deleted';
  const group = query.get('group');
  const search = query.get('q') ?? '';
  const groupItems = [
    { key: '', label: t('students:allGroups') },
    ...(data?.groups ?? []).map((item) => ({
      key: item.id,
      label: shownText(item.name),
      color: groupFill(item.color).fill,
    })),
    { key: 'none', label: t('students:noGroup') },
  ];
  if (deleted) {
    return (
      <Page
        fill
        title={t('students:recentlyDeleted')}
        detail={t('students:recentlyDeletedHint')}
        actions={<Button onClick={() => setQuery({ view: null })}>{t('students:backToStudents')}</Button>}
      >
        <DeletedStudents classId={open.id} />
        <DeletedToast classId={open.id} />
      </Page>
    );
  }
  return (
    <Page
      fill
      title={t('common:nav.students')}
      detail={data === null ? undefined : t('students:count', { count: data.students.length })}
      actions={
        <>
          <SearchBox
            value={search}
            onChange={(q) => setQuery({ q })}
            placeholder={t('students:search')}
            label={t('students:searchLabel')}
          />
          {data !== null && data.groups.length > 0 && (
            <MenuButton
              label={t('students:group')}
              shown={groupItems.find((item) => item.key === (group ?? ''))?.label ?? t('students:allGroups')}
              items={groupItems}
              selected={group ?? ''}
              onSelect={(key) => setQuery({ group: key })}
            />
          )}
          <Button onClick={() => setQuery({ groups: '1' })}>{t('students:editGroups')}</Button>
          <Button onClick={() => setQuery({ view: 'deleted' })}>{t('students:recentlyDeleted')}</Button>
          <Button type="primary" onClick={() => setQuery({ add: data?.students.length === 0 ? 'many' : 'one' })}>
            {t('students:add')}
          </Button>
        </>
      }
    >
      {error !== null && <ErrorNotice error={error} onRetry={() => void rosterStore.refresh()} />}
      {data === null ? (
        error === null && <Busy />
      ) : (
        <List classId={open.id} roster={data} search={search} group={group} />
      )}
      <DeletedToast classId={open.id} />
      {data !== null && <Panels classId={open.id} roster={data} />}
    </Page>
  );
}

/** What the address opens at the side. */
function Panels(props: { readonly classId: string; readonly roster: Roster }) {
  const { query } = useRoute();
  const { classId, roster } = props;
  const add = query.get('add');
  const student = roster.students.find((item) => item.id === query.get('student'));
  return (
    <>
      {add !== null && (
        <AddStudents classId={classId} roster={roster} many={add === 'many'} onClose={() => setQuery({ add: null })} />
      )}
      {student !== undefined && (
        <EditStudent
          key={student.id}
          classId={classId}
          student={student}
          roster={roster}
          onClose={() => setQuery({ student: null })}
        />
      )}
      {query.get('groups') === '1' && (
        <GroupsPanel classId={classId} groups={roster.groups} onClose={() => setQuery({ groups: null })} />
      )}
    </>
  );
}

function List(props: {
  readonly classId: string;
  readonly roster: Roster;
  readonly search: string;
  readonly group: string | null;
}) {
  const { t } = useTranslation();
  const [sort, setSort] = useState<{ readonly by: StudentSort; readonly descending: boolean }>({
    by: 'name',
    descending: false,
  });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const { students, groups } = props.roster;
  const { search, group } = props;
  const shown = useMemo(
    () => sortStudents(filterStudents(students, { search, group }), sort.by, sort.descending),
    [students, search, group, sort],
  );
  const chosen = useMemo(() => shown.filter((student) => selected.has(student.id)), [shown, selected]);
  const { query } = useRoute();
  const notSent = useNotSentText(props.classId);
  if (students.length === 0) {
    return (
      <Empty title={notSent?.title ?? t('students:empty.title')} text={notSent?.text ?? t('students:empty.text')}>
        {notSent !== null && (
          <Button type="primary" onClick={() => showSyncSheet(true)}>
            {t('students:empty.sync')}
          </Button>
        )}
        <Button type={notSent === null ? 'primary' : 'default'} onClick={() => setQuery({ add: 'many' })}>
          {t('students:empty.add')}
        </Button>
      </Empty>
    );
  }
  const onSort = (by: StudentSort): void =>
    setSort((old) => ({ by, descending: old.by === by ? !old.descending : false }));
  return (
    <>
      {chosen.length > 0 && (
        <ChosenStudents
          classId={props.classId}
          students={chosen}
          groups={groups}
          onDone={() => setSelected(new Set())}
        />
      )}
      <StudentGrid
        students={shown}
        groups={groups}
        current={query.get('student')}
        sort={sort}
        onSort={onSort}
        selected={selected}
        onSelect={setSelected}
      />
    </>
  );
}
