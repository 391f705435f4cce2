import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLengthRule } from '../../ui/length-rule.ts';
import { useAction } from '../../use-action.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useApp } from '../app/app-store.ts';

interface Values {
  readonly name: string;
}

/** The name other teachers see beside what was recorded here. */
export function DeviceName() {
  const { t } = useTranslation();
  const noLonger = useLengthRule();
  const name = useApp((state) => state.app?.device.name ?? '');
  const setDevice = useApp((state) => state.setDevice);
  const action = useAction();
  const [form] = Form.useForm<Values>();
  const typed = Form.useWatch('name', form);
  return (
    <Form<Values>
      key={name}
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{ name }}
      onFinish={(values) => void action.run(() => setDevice(values.name))}
    >
      {action.error !== null && <ErrorNotice error={action.error} />}
      <Form.Item label={t('settings:device.name')} extra={t('settings:device.hint')} htmlFor="device-name">
        <div style={{ display: 'flex', gap: 8 }}>
          <Form.Item
            noStyle
            name="name"
            rules={[{ required: true, whitespace: true, message: t('settings:device.needed') }, noLonger('device')]}
          >
            <Input id="device-name" />
          </Form.Item>
          <Button
            htmlType="submit"
            loading={action.busy}
            disabled={typed === undefined || typed === name || typed.trim() === ''}
          >
            {t('common:save')}
          </Button>
        </div>
      </Form.Item>
    </Form>
  );
}
