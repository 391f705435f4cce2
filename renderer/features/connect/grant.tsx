import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '../../../shared/errors.ts';
import styles from './connect.module.css';

/** The exact statement an administrator has to run, to copy; nothing where an error brings none. */
export function Grant(props: { readonly error: Pick<AppError, 'params'> }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const sql = props.error.params['sql'];
  if (typeof sql !== 'string' || sql === '') return null;
  const copy = (): void => void navigator.clipboard.writeText(sql).then(() => setCopied(true));
  return (
    <>
      <Input.TextArea readOnly rows={3} className={styles['sql'] ?? ''} aria-label={t('sync:test.grant')} value={sql} />
      <Button onClick={copy}>{copied ? t('common:copied') : t('sync:test.copyGrant')}</Button>
    </>
  );
}
