import { Button, Drawer, Form, Input, InputNumber } from 'antd';
import { useRef, type ComponentRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useLengthRule } from '../../ui/length-rule.ts';
import { useClassStore } from './class-store.ts';
import styles from './award.module.css';

interface Values {
  readonly delta: number | null;
  readonly text?: string;
  readonly note?: string;
}

/** Any amount with any words, for what no preset fits. */
export function OtherSheet(props: {
  readonly open: boolean;
  readonly onAward: (award: { readonly delta: number; readonly text: string }, note: string | null) => Promise<boolean>;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const noLonger = useLengthRule();
  const [form] = Form.useForm<Values>();
  const amount = useRef<ComponentRef<typeof InputNumber>>(null);
  const error = useClassStore((state) => state.error);
  const busy = useClassStore((state) => state.busy);
  const count = useClassStore((state) => state.selected.size);
  const finish = async (values: Values): Promise<void> => {
    const text = values.text?.trim() ?? '';
    const note = values.note?.trim() ?? '';
    const done = await props.onAward(
      { delta: values.delta ?? 0, text: text === '' ? t('class:quickText') : text },
      note === '' ? null : note,
    );
    if (done) form.resetFields();
  };
  return (
    <Drawer
      open={props.open}
      onClose={props.onClose}
      afterOpenChange={(open) => {
        if (open) amount.current?.focus();
      }}
      placement="bottom"
      size="auto"
      title={t('class:otherFor', { count })}
      destroyOnHidden
    >
      {error !== null && <ErrorNotice error={error} />}
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        className={styles['otherForm'] ?? ''}
        onFinish={(values) => void finish(values)}
      >
        <Form.Item
          name="delta"
          label={t('class:amount')}
          rules={[{ required: true, message: t('class:amountNeeded') }]}
        >
          <InputNumber ref={amount} size="large" precision={0} step={1} style={{ width: 140 }} />
        </Form.Item>
        <Form.Item
          name="text"
          label={t('class:reasonText')}
          rules={[noLonger('text')]}
          className={styles['grow'] ?? ''}
        >
          <Input size="large" placeholder={t('class:quickText')} />
        </Form.Item>
        <Form.Item name="note" label={t('class:note')} rules={[noLonger('note')]} className={styles['grow'] ?? ''}>
          <Input size="large" />
        </Form.Item>
        <Button size="large" type="primary" htmlType="submit" loading={busy} className={styles['otherSubmit'] ?? ''}>
          {t('class:giveAction')}
        </Button>
      </Form>
    </Drawer>
  );
}
