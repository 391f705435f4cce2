import { Button, Flex, Modal } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './sync.module.css';

/** The code with which another PC joins, to copy or to read out. */
export function ShareCode(props: {
  readonly code: string | null;
  readonly title: string;
  readonly onClose: () => void;
  /** Whether the class was not sent yet: who joins with the code finds nobody in it. */
  readonly unsent: boolean;
  /** What comes next, as the primary button. */
  readonly next?: ReactNode;
}) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const close = (): void => {
    setCopied(false);
    props.onClose();
  };
  const copy = (): void => {
    if (props.code !== null) void navigator.clipboard.writeText(props.code).then(() => setCopied(true));
  };
  return (
    <Modal
      open={props.code !== null}
      title={props.title}
      onCancel={close}
      closable={false}
      destroyOnHidden
      footer={
        <Flex gap="small" justify="end" wrap>
          {/* A board is touched from a step away. */}
          <Button size="large" onClick={close}>
            {t('common:close')}
          </Button>
          <Button size="large" type={props.next === undefined ? 'primary' : 'default'} onClick={copy}>
            {copied ? t('common:copied') : t('sync:code.copy')}
          </Button>
          {props.next}
        </Flex>
      }
    >
      <div className={styles['share']}>
        {props.unsent && <p className={styles['sendFirst']}>{t('sync:code.sendFirst')}</p>}
        <p>{t('sync:code.how')}</p>
        <output className={styles['shareCode']} aria-label={t('sync:code.label')}>
          {props.code}
        </output>
        <p className={styles['quiet']}>{t('sync:code.secret')}</p>
        <span className="visually-hidden" role="status">
          {copied ? t('common:copied') : ''}
        </span>
      </div>
    </Modal>
  );
}
