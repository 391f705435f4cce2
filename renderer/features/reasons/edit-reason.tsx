import { AutoComplete, Button, Form, Input, InputNumber, type FormInstance, type InputRef } from 'antd';
import { useRef, useState, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReasonItem } from '../../../shared/contract/roster.ts';
import { useLengthRule } from '../../ui/length-rule.ts';
import { call } from '../../client.ts';
import { useAction } from '../../use-action.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { reasonsStore } from './reasons-store.ts';
import { useReasonWords } from './use-reason-words.ts';
import styles from './reasons.module.css';

interface Values {
  readonly text: string;
  readonly delta: number;
  readonly category: string;
}

/** One reason at the side: new, changed or deleted. */
export function EditReason(props: {
  readonly classId: string;
  readonly reason: ReasonItem | null;
  readonly categories: readonly string[];
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const first = useRef<InputRef>(null);
  const [asks, setAsks] = useState(false);
  const action = useAction();
  const { classId, reason, onClose } = props;
  const words = useReasonWords();
  const before: Values = {
    text: reason === null ? '' : words.text(reason),
    delta: reason?.delta ?? 1,
    category: reason === null ? '' : (words.category(reason) ?? ''),
  };
  const save = async ({ text, delta, category }: Values): Promise<void> => {
    const shown = { text, delta, category: category.trim() === '' ? null : category };
    const done = await action.run(async () => {
      if (reason === null) await call('reason.add', { classId, ...shown });
      else await call('reason.set', { classId, id: reason.id, change: changeOf(before, shown) });
      await reasonsStore.refresh();
    });
    if (done) onClose();
  };
  const remove = async (): Promise<void> => {
    if (reason !== null) await call('reason.delete', { classId, id: reason.id });
    await reasonsStore.refresh();
    onClose();
  };
  return (
    <SidePanel
      open
      title={reason === null ? t('reasons:add') : t('reasons:edit')}
      onClose={onClose}
      afterOpen={() => first.current?.focus()}
      footer={
        <>
          <Button type="primary" loading={action.busy} onClick={() => form.submit()}>
            {t('common:save')}
          </Button>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          {reason !== null && (
            <Button danger className={styles['deleteButton'] ?? ''} onClick={() => setAsks(true)}>
              {t('common:delete')}
            </Button>
          )}
        </>
      }
    >
      {action.error !== null && <ErrorNotice error={action.error} />}
      <ReasonForm
        form={form}
        initial={before}
        categories={props.categories}
        nameRef={first}
        onFinish={(values) => void save(values)}
      />
      <Confirm
        open={asks}
        danger
        title={t('reasons:deleteTitle', { text: before.text })}
        action={t('common:delete')}
        onConfirm={remove}
        onClose={() => setAsks(false)}
      >
        {t('reasons:deleteText')}
      </Confirm>
    </SidePanel>
  );
}

function ReasonForm(props: {
  readonly form: FormInstance<Values>;
  readonly initial: Values;
  readonly categories: readonly string[];
  readonly nameRef: Ref<InputRef>;
  readonly onFinish: (values: Values) => void;
}) {
  const { t } = useTranslation();
  const noLonger = useLengthRule();
  const { form, initial, categories, nameRef, onFinish } = props;
  return (
    <Form<Values> form={form} layout="vertical" requiredMark={false} initialValues={initial} onFinish={onFinish}>
      <Form.Item
        name="text"
        label={t('reasons:text')}
        rules={[{ required: true, whitespace: true, message: t('reasons:textNeeded') }, noLonger('text')]}
      >
        <Input ref={nameRef} />
      </Form.Item>
      <Form.Item
        name="delta"
        label={t('reasons:delta')}
        extra={t('reasons:deltaHint')}
        rules={[{ required: true, message: t('reasons:deltaNeeded') }]}
      >
        <InputNumber precision={0} min={-2_147_483_648} max={2_147_483_647} style={{ width: 160 }} />
      </Form.Item>
      <Form.Item name="category" label={t('reasons:category')} rules={[noLonger('category')]}>
        <AutoComplete options={categories.map((value) => ({ value }))} />
      </Form.Item>
    </Form>
  );
}

/** Only what differs goes to the engine. */
function changeOf(
  before: Values,
  after: { readonly text: string; readonly delta: number; readonly category: string | null },
) {
  return {
    ...(after.text === before.text ? {} : { text: after.text }),
    ...(after.delta === before.delta ? {} : { delta: after.delta }),
    ...((after.category ?? '') === before.category ? {} : { category: after.category }),
  };
}
