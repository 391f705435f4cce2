import { Button, Form } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StudentItem } from '../../../shared/contract/roster.ts';
import { call } from '../../client.ts';
import { useFormat } from '../../format.ts';
import { href } from '../../router.ts';
import { useAction } from '../../use-action.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { deleteText } from './delete-text.ts';
import { useLastDeleted } from './last-deleted-store.ts';
import type { Roster } from './roster-store.ts';
import { rosterStore } from './roster-store.ts';
import { isChanged, StudentForm, valuesOf, type StudentValues } from './student-form.tsx';
import { tagsOf } from './tags-of.ts';
import { useUnsaved } from './use-unsaved.tsx';
import { shownText } from '../../../shared/model/visible-text.ts';
import styles from './students.module.css';

/** One student at the side: points, what can be changed, and Delete. */
export function EditStudent(props: {
  readonly classId: string;
  readonly student: StudentItem;
  readonly roster: Roster;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const [form] = Form.useForm<StudentValues>();
  const [asks, setAsks] = useState(false);
  const action = useAction();
  const { classId, student } = props;
  const unsaved = useUnsaved(() => !action.busy && isChanged(student, form.getFieldsValue()), props.onClose);
  const save = async (values: StudentValues): Promise<void> => {
    const done = await action.run(async () => {
      await call('student.set', { classId, id: student.id, ...changeOf(student, values) });
      await rosterStore.refresh();
    });
    if (done) props.onClose();
  };
  const remove = async (): Promise<void> => {
    await useLastDeleted.getState().remove(classId, [student]);
    props.onClose();
  };
  return (
    <SidePanel
      open
      title={shownText(student.name)}
      onClose={unsaved.close}
      footer={
        <>
          <Button type="primary" loading={action.busy} onClick={() => form.submit()}>
            {t('common:save')}
          </Button>
          <Button onClick={props.onClose}>{t('common:cancel')}</Button>
          <Button danger className={styles['deleteButton'] ?? ''} onClick={() => setAsks(true)}>
            {t('students:delete')}
          </Button>
        </>
      }
    >
      <dl className={styles['facts']}>
        <div>
          <dt>{t('students:thisRound')}</dt>
          <dd>{format.number(student.current)}</dd>
        </div>
        <div>
          <dt>{t('students:allTime')}</dt>
          <dd>{format.number(student.allTime)}</dd>
        </div>
        <a href={href('history', { student: student.id })}>{t('students:showHistory')}</a>
      </dl>
      {action.error !== null && <ErrorNotice error={action.error} />}
      <StudentForm
        form={form}
        initial={valuesOf(student)}
        groups={props.roster.groups}
        knownTags={tagsOf(props.roster.students)}
        onFinish={(values) => void save(values)}
      />
      {unsaved.question}
      <Confirm
        open={asks}
        danger
        title={t('students:deleteTitle', { count: 1, name: shownText(student.name) })}
        action={t('students:delete')}
        onConfirm={remove}
        onClose={() => setAsks(false)}
      >
        {deleteText(t, 1, student.allTime)}
      </Confirm>
    </SidePanel>
  );
}

/** Only what differs goes to the engine, so that someone else's change of another field stays. */
function changeOf(student: StudentItem, values: StudentValues) {
  const before = valuesOf(student);
  const orNull = (text: string): string | null => (text.trim() === '' ? null : text);
  return {
    change: {
      ...(values.name === before.name ? {} : { name: values.name }),
      ...(values.number === before.number ? {} : { number: orNull(values.number) }),
      ...((values.groupId ?? null) === before.groupId ? {} : { groupId: values.groupId ?? null }),
      ...(values.note === before.note ? {} : { note: orNull(values.note) }),
    },
    tag: values.tags.filter((tag) => !before.tags.includes(tag)),
    untag: before.tags.filter((tag) => !values.tags.includes(tag)),
  };
}
