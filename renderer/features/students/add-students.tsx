import { Button, Form, Segmented, type Input, type InputRef } from 'antd';
import { useMemo, useRef, useState, type ComponentRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '../../../shared/errors.ts';
import { call } from '../../client.ts';
import { setQuery } from '../../router.ts';
import { useAction } from '../../use-action.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { useNotSentText } from '../sync/use-not-sent-text.ts';
import { blocks, parseNames } from './parse-names.ts';
import { PasteNames } from './paste-names.tsx';
import { rosterStore, type Roster } from './roster-store.ts';
import { isChanged, StudentForm, valuesOf, type StudentValues } from './student-form.tsx';
import { tagsOf } from './tags-of.ts';
import { useUnsaved } from './use-unsaved.tsx';
import styles from './students.module.css';

interface AddProps {
  readonly classId: string;
  readonly roster: Roster;
  readonly onClose: () => void;
}

/** Adds one student, or many from a pasted list. */
export function AddStudents(props: AddProps & { readonly many: boolean }) {
  return props.many ? <AddMany {...props} /> : <AddOne {...props} />;
}

function AddOne(props: AddProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm<StudentValues>();
  const name = useRef<InputRef>(null);
  const action = useAction();
  const { classId, roster } = props;
  const unsaved = useUnsaved(() => !action.busy && isChanged(null, form.getFieldsValue()), props.onClose);
  const add = async (values: StudentValues): Promise<void> => {
    const orNull = (text: string): string | null => (text.trim() === '' ? null : text);
    const student = {
      name: values.name,
      number: orNull(values.number),
      note: orNull(values.note),
      groupId: values.groupId ?? null,
      tags: [...values.tags],
    };
    const done = await action.run(async () => {
      await call('student.add', { classId, students: [student] });
      await rosterStore.refresh();
    });
    if (!done) return;
    // The next one can be typed at once.
    form.resetFields();
    name.current?.focus();
  };
  const button = (
    <Button type="primary" loading={action.busy} onClick={() => form.submit()}>
      {t('students:addOne')}
    </Button>
  );
  return (
    <AddPanel
      which="one"
      classId={classId}
      button={button}
      error={action.error}
      onClose={unsaved.close}
      afterOpen={() => name.current?.focus()}
    >
      <StudentForm
        form={form}
        initial={valuesOf(null)}
        groups={roster.groups}
        knownTags={tagsOf(roster.students)}
        nameRef={name}
        onFinish={(values) => void add(values)}
      />
      {unsaved.question}
    </AddPanel>
  );
}

/** The list of names that was typed and not added yet, by class: closing the panel, also by a click beside it, loses none of it. */
const drafts = new Map<string, string>();

function AddMany(props: AddProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(drafts.get(props.classId) ?? '');
  const change = (typed: string): void => {
    drafts.set(props.classId, typed);
    setText(typed);
  };
  const field = useRef<ComponentRef<typeof Input.TextArea>>(null);
  const action = useAction();
  const { students } = props.roster;
  const taken = useMemo(() => new Set(students.flatMap((student) => student.number ?? [])), [students]);
  const parsed = useMemo(() => parseNames(text, taken), [text, taken]);
  const canAdd = parsed.students.length > 0 && !parsed.problems.some(blocks);
  const add = async (): Promise<void> => {
    const done = await action.run(async () => {
      await call('student.add', {
        classId: props.classId,
        students: parsed.students.map(({ name, number, group }) => ({ name, number, group })),
      });
      drafts.delete(props.classId);
      await rosterStore.refresh();
    });
    if (done) props.onClose();
  };
  const button = (
    <Button type="primary" disabled={!canAdd} loading={action.busy} onClick={() => void add()}>
      {parsed.students.length === 0 ? t('students:add') : t('students:addCount', { count: parsed.students.length })}
    </Button>
  );
  return (
    <AddPanel
      which="many"
      classId={props.classId}
      button={button}
      error={action.error}
      onClose={props.onClose}
      afterOpen={() => field.current?.focus()}
    >
      <PasteNames fieldRef={field} text={text} parsed={parsed} onChange={change} />
    </AddPanel>
  );
}

function AddPanel(props: {
  readonly which: 'one' | 'many';
  readonly classId: string;
  readonly button: ReactNode;
  readonly error: AppError | null;
  readonly onClose: () => void;
  readonly afterOpen?: () => void;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  const { afterOpen } = props;
  const notSent = useNotSentText(props.classId);
  return (
    <SidePanel
      open
      title={t('students:add')}
      onClose={props.onClose}
      {...(afterOpen === undefined ? {} : { afterOpen })}
      footer={
        <>
          {props.button}
          <Button onClick={props.onClose}>{t('common:close')}</Button>
        </>
      }
    >
      <Segmented
        block
        aria-label={t('students:add')}
        value={props.which}
        options={[
          { value: 'one', label: t('students:one') },
          { value: 'many', label: t('students:many') },
        ]}
        onChange={(add) => setQuery({ add })}
      />
      {notSent !== null && (
        <p className={styles['notSent']} role="note">
          {notSent.text}
        </p>
      )}
      {props.error !== null && <ErrorNotice error={props.error} />}
      {props.children}
    </SidePanel>
  );
}
