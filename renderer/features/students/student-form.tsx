import { Form, Input, Select, type FormInstance, type InputRef } from 'antd';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import type { GroupItem, StudentItem } from '../../../shared/contract/roster.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import { useLengthRule } from '../../ui/length-rule.ts';

/** What the form of a student holds. An empty text means: nothing there. */
export interface StudentValues {
  readonly name: string;
  readonly number: string;
  readonly groupId: string | null;
  readonly tags: readonly string[];
  readonly note: string;
}

/** The values of a student, or of a new one. */
export function valuesOf(student: StudentItem | null): StudentValues {
  return {
    name: student?.name ?? '',
    number: student?.number ?? '',
    groupId: student?.groupId ?? null,
    tags: student?.tags ?? [],
    note: student?.note ?? '',
  };
}

/** Whether the values of a form say something else than what is saved; null: nothing is. */
export function isChanged(student: StudentItem | null, values: StudentValues): boolean {
  const saved = valuesOf(student);
  const said = ({ name, number, groupId, tags, note }: StudentValues): string =>
    JSON.stringify([name.trim(), number.trim(), groupId ?? null, tags, note.trim()]);
  return said(values) !== said(saved);
}

/** Name, number, group, tags and note of one student. */
export function StudentForm(props: {
  readonly form: FormInstance<StudentValues>;
  readonly initial: StudentValues;
  readonly groups: readonly GroupItem[];
  readonly knownTags: readonly string[];
  readonly nameRef?: Ref<InputRef>;
  readonly onFinish: (values: StudentValues) => void;
}) {
  const { t } = useTranslation();
  const noLonger = useLengthRule();
  const { nameRef, groups, knownTags } = props;
  return (
    <Form<StudentValues>
      form={props.form}
      layout="vertical"
      requiredMark={false}
      initialValues={props.initial}
      onFinish={props.onFinish}
    >
      <Form.Item
        name="name"
        label={t('students:name')}
        rules={[{ required: true, whitespace: true, message: t('students:nameNeeded') }, noLonger('name')]}
      >
        <Input ref={nameRef} autoComplete="off" />
      </Form.Item>
      <Form.Item name="number" label={t('students:number')} rules={[noLonger('number')]}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="groupId" label={t('students:group')}>
        <Select
          allowClear
          placeholder={t('students:noGroup')}
          options={groups.map((group) => ({ value: group.id, label: shownText(group.name) }))}
        />
      </Form.Item>
      <Form.Item name="tags" label={t('students:tags')} extra={t('students:tagsHint')}>
        <Select
          mode="tags"
          tokenSeparators={[',', '，']}
          options={knownTags.map((tag) => ({ value: tag, label: tag }))}
        />
      </Form.Item>
      <Form.Item name="note" label={t('students:note')} rules={[noLonger('note')]}>
        <Input.TextArea rows={3} />
      </Form.Item>
    </Form>
  );
}
