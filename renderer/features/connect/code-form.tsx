import { Button, Input, type GetRef } from 'antd';
import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result } from '../../../shared/contract/contract.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import { useAction } from '../../use-action.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { usePasswordPlace } from './use-password-place.ts';
import { joinByCode, showJoined } from './join.ts';
import styles from './connect.module.css';

/** A code from another PC, pasted or typed. Joining makes a class of its own on this PC; one that is here already is connected again. */
export function CodeForm(props: {
  readonly hint: string;
  /** The name of the main button, where it is not "Join". */
  readonly action?: string;
  readonly onCancel?: () => void;
}) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const [again, setAgain] = useState<Result<'class.join'> | null>(null);
  const action = useAction();
  const place = usePasswordPlace(null);
  const abort = useRef<AbortController | null>(null);
  const id = useId();
  const field = useRef<GetRef<typeof Input.TextArea>>(null);
  useEffect(() => {
    field.current?.focus();
    return () => abort.current?.abort();
  }, []);
  const join = async (): Promise<void> => {
    abort.current = new AbortController();
    const { signal } = abort.current;
    await action.run(async () => setAgain(await joinByCode(code.trim(), signal)));
    abort.current = null;
  };
  if (again !== null) {
    return (
      <div className={styles['codeForm']}>
        <p role="status">{t('sync:code.reconnected', { name: shownText(again.class.name) })}</p>
        <div className={styles['formActions']}>
          <Button type="primary" onClick={() => void showJoined(again)}>
            {t('sync:card.preview')}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <form
      className={styles['codeForm']}
      onSubmit={(event) => {
        event.preventDefault();
        void join();
      }}
    >
      <label htmlFor={id}>{t('sync:code.label')}</label>
      <Input.TextArea
        id={id}
        name="code"
        className={styles['code'] ?? ''}
        value={code}
        ref={field}
        rows={5}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="none"
        placeholder="TB1-…"
        aria-describedby={`${id}-hint`}
        disabled={action.busy}
        onChange={({ target }) => {
          action.clear();
          setCode(target.value);
        }}
      />
      <p id={`${id}-hint`} className={styles['quiet']}>
        {props.hint}
      </p>
      {place?.kept === 'until-close' && <p className={styles['quiet']}>{t('sync:code.untilClose')}</p>}
      {action.error !== null && action.error.code !== 'cancelled' && <ErrorNotice error={action.error} />}
      <div className={styles['formActions']}>
        {action.busy ? (
          <Button onClick={() => abort.current?.abort()}>{t('common:cancel')}</Button>
        ) : (
          props.onCancel !== undefined && <Button onClick={props.onCancel}>{t('common:cancel')}</Button>
        )}
        <Button type="primary" htmlType="submit" loading={action.busy} disabled={code.trim() === ''}>
          {props.action ?? t('sync:code.join')}
        </Button>
      </div>
    </form>
  );
}
