import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StudentItem } from '../../../shared/contract/roster.ts';
import { call } from '../../client.ts';
import { groupFill } from '../../theme.ts';
import { useAction } from '../../use-action.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';
import { deleteText } from './delete-text.ts';
import { useLastDeleted } from './last-deleted-store.ts';
import { rosterStore, type Roster } from './roster-store.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import styles from './students.module.css';

/** What can be done with several students at once. */
export function ChosenStudents(props: {
  readonly classId: string;
  readonly students: readonly StudentItem[];
  readonly groups: Roster['groups'];
  readonly onDone: () => void;
}) {
  const { t } = useTranslation();
  const [asks, setAsks] = useState(false);
  const action = useAction();
  const { classId, students } = props;
  const count = students.length;
  const points = students.reduce((sum, student) => sum + student.allTime, 0);
  const remove = async (): Promise<void> => {
    await useLastDeleted.getState().remove(classId, students);
    props.onDone();
  };
  const setGroup = (groupId: string): void =>
    void action.run(async () => {
      for (const { id } of students)
        await call('student.set', { classId, id, change: { groupId: groupId === '' ? null : groupId } });
      await rosterStore.refresh();
    });
  return (
    <div className={styles['chosen']} role="group" aria-label={t('students:chosen', { count })}>
      <strong>{t('students:chosen', { count })}</strong>
      {props.groups.length > 0 && (
        <MenuButton
          label={t('students:setGroup')}
          shown={t('students:setGroup')}
          items={[
            ...props.groups.map((group) => ({
              key: group.id,
              label: shownText(group.name),
              color: groupFill(group.color).fill,
            })),
            { key: '', label: t('students:noGroup') },
          ]}
          selected={null}
          onSelect={setGroup}
        />
      )}
      <Button danger onClick={() => setAsks(true)}>
        {t('students:delete')}
      </Button>
      <Button onClick={props.onDone}>{t('students:clearSelection')}</Button>
      {action.error !== null && <ErrorNotice error={action.error} onClose={action.clear} />}
      <Confirm
        open={asks}
        danger
        title={t('students:deleteTitle', { count, name: '' })}
        action={t('students:delete')}
        onConfirm={remove}
        onClose={() => setAsks(false)}
      >
        {deleteText(t, count, points)}
      </Confirm>
    </div>
  );
}
