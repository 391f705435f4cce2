import { Button, Form, Input, type InputRef } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useLengthRule } from '../../ui/length-rule.ts';
import { useAction } from '../../use-action.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useApp } from '../app/app-store.ts';
import styles from './start.module.css';

interface Values {
  readonly name: string;
}

const suggestions = ['room', 'staffRoom', 'laptop'] as const;

/** Asks once what this PC is called. */
export function NameDevice(props: { readonly name: string; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const noLonger = useLengthRule();
  const [form] = Form.useForm<Values>();
  const field = useRef<InputRef>(null);
  const setDevice = useApp((state) => state.setDevice);
  const action = useAction();
  useEffect(() => field.current?.focus(), []);
  const save = async ({ name }: Values): Promise<void> => {
    if (await action.run(() => setDevice(name))) props.onDone();
  };
  const suggest = (name: string): void => {
    form.setFieldsValue({ name });
    field.current?.focus({ cursor: 'end' });
  };
  return (
    <>
      <h1>{t('first-start:device.title')}</h1>
      <p className={styles['lead']}>{t('first-start:device.text')}</p>
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        className={styles['form'] ?? ''}
        initialValues={{ name: props.name }}
        onFinish={(values) => void save(values)}
      >
        {action.error !== null && <ErrorNotice error={action.error} />}
        <Form.Item
          name="name"
          label={t('first-start:device.name')}
          rules={[{ required: true, whitespace: true, message: t('first-start:device.needed') }, noLonger('device')]}
        >
          <Input ref={field} size="large" />
        </Form.Item>
        <div className={styles['suggestions']} role="group" aria-label={t('first-start:device.suggestions')}>
          {suggestions.map((key) => (
            <Button key={key} onClick={() => suggest(t(`first-start:device.${key}`))}>
              {t(`first-start:device.${key}`)}
            </Button>
          ))}
        </div>
        <Button type="primary" size="large" htmlType="submit" loading={action.busy}>
          {t('first-start:device.next')}
        </Button>
      </Form>
    </>
  );
}
