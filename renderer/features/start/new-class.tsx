import { Button, Form, Input, type InputRef } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLengthRule } from '../../ui/length-rule.ts';
import { call } from '../../client.ts';
import { href, navigate } from '../../router.ts';
import { useAction } from '../../use-action.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useApp } from '../app/app-store.ts';
import { blocks, parseNames } from '../students/parse-names.ts';
import { PasteNames } from '../students/paste-names.tsx';
import styles from './start.module.css';

interface Values {
  readonly name: string;
}

/** A new class: its name, and the students' names at once if they are at hand. */
export function NewClass(props: {
  readonly onBack: () => void;
  /** To the other doors; null where that is the way back. */
  readonly onOther: (() => void) | null;
}) {
  const { t } = useTranslation();
  const noLonger = useLengthRule();
  const [form] = Form.useForm<Values>();
  const field = useRef<InputRef>(null);
  const [text, setText] = useState('');
  const [madeId, setMadeId] = useState<string | null>(null);
  const openClass = useApp((state) => state.openClass);
  const action = useAction();
  const parsed = useMemo(() => parseNames(text), [text]);
  const count = parsed.students.length;
  useEffect(() => field.current?.focus(), []);
  const make = async ({ name }: Values): Promise<void> => {
    await action.run(async () => {
      // A second try after the students were refused adds to the class that was made by the first.
      const classId = madeId ?? (await call('class.create', { name })).id;
      setMadeId(classId);
      if (count > 0)
        await call('student.add', {
          classId,
          students: parsed.students.map(({ name: given, number, group }) => ({ name: given, number, group })),
        });
      await openClass(classId);
      navigate(href('class'));
    });
  };
  return (
    <>
      <h1>{t('first-start:newClass.title')}</h1>
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        className={styles['form'] ?? ''}
        initialValues={{ name: '' }}
        onFinish={(values) => void make(values)}
      >
        {action.error !== null && <ErrorNotice error={action.error} />}
        <Form.Item
          name="name"
          label={t('first-start:newClass.name')}
          rules={[
            { required: true, whitespace: true, message: t('first-start:newClass.nameNeeded') },
            noLonger('name'),
          ]}
        >
          <Input ref={field} size="large" placeholder={t('first-start:newClass.example')} />
        </Form.Item>
        <PasteNames text={text} parsed={parsed} rows={8} onChange={setText} />
        <div className={styles['buttons']}>
          <Button
            type="primary"
            size="large"
            htmlType="submit"
            loading={action.busy}
            disabled={parsed.problems.some(blocks)}
          >
            {count === 0 ? t('first-start:newClass.make') : t('first-start:newClass.makeWith', { count })}
          </Button>
          <Button size="large" onClick={props.onBack}>
            {t('common:back')}
          </Button>
          {props.onOther !== null && (
            <Button type="link" size="large" onClick={props.onOther}>
              {t('first-start:otherWays')}
            </Button>
          )}
        </div>
      </Form>
    </>
  );
}
