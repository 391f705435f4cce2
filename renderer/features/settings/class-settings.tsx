import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLengthRule } from '../../ui/length-rule.ts';
import { call } from '../../client.ts';
import { href, navigate } from '../../router.ts';
import { useAction } from '../../use-action.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useApp, useClassItem } from '../app/app-store.ts';
import { ArchivedClasses } from './archived-classes.tsx';
import { shownText } from '../../../shared/model/visible-text.ts';
import styles from './settings.module.css';

interface Values {
  readonly name: string;
}

/** The name of the open class, putting it away, and the classes put away. */
export function ClassSettings() {
  const { t } = useTranslation();
  const noLonger = useLengthRule();
  const open = useClassItem();
  const load = useApp((state) => state.load);
  const [asks, setAsks] = useState(false);
  const action = useAction();
  const [form] = Form.useForm<Values>();
  const typed = Form.useWatch('name', form);
  const change = (work: () => Promise<unknown>): void =>
    void action.run(async () => {
      await work();
      await load();
    });
  const archive = async (): Promise<void> => {
    await call('class.archive', { classId: open.id, archived: true });
    await load();
    navigate(href('class'));
  };
  return (
    <>
      {action.error !== null && <ErrorNotice error={action.error} />}
      <Form<Values>
        key={open.name}
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ name: open.name }}
        onFinish={(values) => change(() => call('class.rename', { classId: open.id, name: values.name }))}
      >
        <Form.Item label={t('settings:class.name')} extra={t('settings:class.nameHint')} htmlFor="class-name">
          <div style={{ display: 'flex', gap: 8 }}>
            <Form.Item noStyle name="name" rules={[{ required: true, whitespace: true }, noLonger('name')]}>
              <Input id="class-name" />
            </Form.Item>
            <Button
              htmlType="submit"
              loading={action.busy}
              disabled={typed === undefined || typed === open.name || typed.trim() === ''}
            >
              {t('common:save')}
            </Button>
          </div>
        </Form.Item>
      </Form>
      <p className={styles['quiet']}>{t('settings:class.archiveHint')}</p>
      <Button onClick={() => setAsks(true)}>{t('settings:class.archive')}</Button>
      <ArchivedClasses />
      <Confirm
        open={asks}
        title={t('settings:class.archiveTitle', { name: shownText(open.name) })}
        action={t('settings:class.archive')}
        onConfirm={archive}
        onClose={() => setAsks(false)}
      >
        {t('settings:class.archiveText')}
      </Confirm>
    </>
  );
}
