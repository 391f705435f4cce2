import { Modal } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '../../shared/errors.ts';
import { toAppError } from '../to-app-error.ts';
import { ErrorNotice } from './error-notice.tsx';

/** Asks before something that cannot simply be taken back. Stays open with the reason when it fails. */
export function Confirm(props: {
  readonly open: boolean;
  readonly title: string;
  /** What will happen, in a sentence. */
  readonly children: ReactNode;
  /** The verb on the button. */
  readonly action: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const close = (): void => {
    setError(null);
    props.onClose();
  };
  const confirm = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await props.onConfirm();
      props.onClose();
    } catch (caught) {
      setError(toAppError(caught));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open={props.open}
      title={props.title}
      onCancel={close}
      onOk={() => void confirm()}
      okText={props.action}
      cancelText={t('common:cancel')}
      confirmLoading={busy}
      okButtonProps={{ danger: props.danger === true, disabled: props.disabled === true }}
      closable={false}
      destroyOnHidden
      centered
    >
      {props.children}
      {error !== null && <ErrorNotice error={error} />}
    </Modal>
  );
}
