import { Tag } from 'antd';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { GroupItem, StudentItem } from '../../../shared/contract/roster.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import { useFormat, type Format } from '../../format.ts';
import { setQuery } from '../../router.ts';
import { groupFill, steadyFill } from '../../theme.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Grid } from '../../ui/grid.tsx';
import type { GridColumn, GridSelection } from '../../ui/grid-types.ts';
import type { StudentSort } from './find-students.ts';
import styles from './students.module.css';

/** The roster as a grid; a row opens the student at the side. */
export function StudentGrid(props: {
  readonly students: readonly StudentItem[];
  readonly groups: readonly GroupItem[];
  readonly current: string | null;
  readonly sort: { readonly by: StudentSort; readonly descending: boolean };
  readonly onSort: (by: StudentSort) => void;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (ids: ReadonlySet<string>) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { students } = props;
  const columns = studentColumns(t, format, props.groups);
  const current = students.findIndex((student) => student.id === props.current);
  return (
    <Grid
      label={t('common:nav.students')}
      columns={columns}
      rowCount={students.length}
      row={(index) => students[index]}
      rowKey={(student) => student.id}
      selection={selectionOf(students, props.selected, props.onSelect)}
      sort={props.sort}
      onSort={(id) => props.onSort(id === 'number' || id === 'points' ? id : 'name')}
      current={current < 0 ? null : current}
      onOpen={(student) => setQuery({ student: student.id })}
      empty={<Empty title={t('students:nobody.title')} text={t('students:nobody.text')} />}
    />
  );
}

function studentColumns(
  t: TFunction,
  format: Format,
  groups: readonly GroupItem[],
): readonly GridColumn<StudentItem>[] {
  const colors = new Map(groups.map((group) => [group.id, group.color]));
  const fill = (student: StudentItem) =>
    student.groupId === null ? steadyFill(student.id) : groupFill(colors.get(student.groupId));
  return [
    {
      id: 'name',
      header: t('students:name'),
      width: 'minmax(120px, 2fr)',
      sortable: true,
      cell: (student) => (
        <>
          <Avatar small name={student.name} fill={fill(student)} />
          <strong className={styles['cellName']}>{shownText(student.name)}</strong>
        </>
      ),
    },
    {
      id: 'number',
      header: t('students:number'),
      width: '90px',
      from: 480,
      sortable: true,
      cell: (student) => student.number !== null && shownText(student.number),
    },
    {
      id: 'group',
      header: t('students:group'),
      width: 'minmax(100px, 1fr)',
      from: 620,
      cell: (student) =>
        student.groupId !== null && (
          <>
            <span
              className={styles['swatch']}
              style={{ background: groupFill(colors.get(student.groupId)).fill }}
              aria-hidden
            />
            <span className={styles['cellName']}>{shownText(student.group ?? '')}</span>
          </>
        ),
    },
    {
      id: 'tags',
      header: t('students:tags'),
      width: 'minmax(120px, 1fr)',
      from: 860,
      cell: (student) => student.tags.map((tag) => <Tag key={tag}>{shownText(tag)}</Tag>),
    },
    {
      id: 'note',
      header: t('students:note'),
      width: 'minmax(120px, 1fr)',
      from: 1000,
      cell: (student) => <span className={styles['quiet']}>{shownText(student.note ?? '')}</span>,
    },
    {
      id: 'points',
      header: t('students:thisRound'),
      width: '96px',
      align: 'end',
      sortable: true,
      cell: (student) => <strong>{format.number(student.current)}</strong>,
    },
    {
      id: 'allTime',
      header: t('students:allTime'),
      width: '96px',
      align: 'end',
      from: 700,
      cell: (student) => format.number(student.allTime),
    },
  ];
}

/** Row selection kept as a set of ids, so that it survives sorting and filtering. */
function selectionOf(
  students: readonly StudentItem[],
  selected: ReadonlySet<string>,
  onSelect: (ids: ReadonlySet<string>) => void,
): GridSelection {
  const idAt = (index: number): string => students[index]?.id ?? '';
  const shown = students.filter((student) => selected.has(student.id)).length;
  return {
    isSelected: (index) => selected.has(idAt(index)),
    onToggle: (index) => {
      const next = new Set(selected);
      if (!next.delete(idAt(index))) next.add(idAt(index));
      onSelect(next);
    },
    onRange: (from, to) =>
      onSelect(
        new Set([
          ...selected,
          ...students.slice(Math.min(from, to), Math.max(from, to) + 1).map((student) => student.id),
        ]),
      ),
    onAll: (all) => onSelect(all ? new Set(students.map((student) => student.id)) : new Set()),
    state: shown === 0 ? 'none' : shown === students.length ? 'all' : 'some',
  };
}
