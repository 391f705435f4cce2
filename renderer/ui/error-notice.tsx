import { CloseCircleOutlined, InfoCircleOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { errorExitCodes, type AppError, type ErrorCode } from '../../shared/errors.ts';
import { errorParams } from '../../shared/text/error-params.ts';
import { shownParams } from '../../shared/text/shown-params.ts';
import { useFormat } from '../format.ts';
import styles from './states.module.css';

/** Errors a teacher usually hands on: reaching, entering or preparing a server, and damage. */
const itExitCodes: ReadonlySet<number> = new Set([1, 5, 8]);
const itCodes: ReadonlySet<ErrorCode> = new Set([
  'right-missing',
  'disk-full',
  'folder-unwritable',
  'constraint-failed',
  'read-back-differs',
  'journal-mismatch',
  'lock-held',
  'lock-held-by',
  'concurrent-change',
]);

/** Errors that pass: their words say to try again, which is their main button then. */
const passingCodes: ReadonlySet<ErrorCode> = new Set([
  'connection-dropped',
  'tls-failed',
  'too-many-connections',
  'restarting',
  'query-timeout',
]);

/** Whether trying again is the way on after an error, before anything is changed for it. */
export function isPassing(code: ErrorCode): boolean {
  return passingCodes.has(code);
}

/** Whether the notice of an error offers "Copy a message for your IT person". */
export function isForIt(code: ErrorCode): boolean {
  return itExitCodes.has(errorExitCodes[code]) || itCodes.has(code);
}

/** An error as people read it: what happened, what was not changed, what to do; then the buttons. Announced when it appears. */
export function ErrorNotice(props: {
  readonly error: Pick<AppError, 'code' | 'params'>;
  /** Tries again; shown as a button when given. */
  readonly onRetry?: (() => void) | undefined;
  readonly onClose?: (() => void) | undefined;
  /** Said in place of the catalogue's words where more is known. Where it `passes` by itself, trying again is the main button; where not, the person here can settle it. */
  readonly instead?: { readonly title: string; readonly remedy: string; readonly passes: boolean } | undefined;
  /** More buttons. */
  readonly children?: ReactNode;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { code } = props.error;
  const params = shownParams(props.error.params);
  const { instead } = props;
  const title = instead?.title ?? t(`errors:${code}.title`, errorParams(params));
  const unchanged = t(`errors:${code}.unchanged`, params);
  const remedy = instead?.remedy ?? t(`errors:${code}.remedy`, errorParams(params));
  const forIt = isForIt(code) && instead?.passes !== false;
  const hasActions =
    forIt || props.onRetry !== undefined || props.onClose !== undefined || props.children !== undefined;
  // What somebody stopped herself went as she wished: it is told, and looks like no fault.
  const wished = code === 'cancelled';
  const Icon = wished ? InfoCircleOutlined : CloseCircleOutlined;
  return (
    <div className={styles['notice']} data-wished={wished} role="alert">
      <p className={styles['noticeTitle']}>
        <Icon className={styles['noticeIcon'] ?? ''} aria-hidden />
        <span>{title}</span>
      </p>
      <p className={styles['noticeText']}>{format.sentences(unchanged, remedy)}</p>
      {hasActions && (
        <div className={styles['noticeActions']}>
          {props.onRetry !== undefined && (
            <Button type={(instead?.passes ?? isPassing(code)) ? 'primary' : 'default'} onClick={props.onRetry}>
              {t('common:retry')}
            </Button>
          )}
          {props.children}
          {forIt && <CopyForIt error={props.error} lines={[title, unchanged, remedy]} />}
          {props.onClose !== undefined && <Button onClick={props.onClose}>{t('common:gotIt')}</Button>}
        </div>
      )}
    </div>
  );
}

/** A button that copies a message for whoever looks after the server: what is told, the code, and the facts. */
export function CopyForIt(props: {
  readonly error: Pick<AppError, 'code' | 'params'>;
  readonly lines: readonly [title: string, ...rest: readonly string[]];
}) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const [title, ...rest] = props.lines;
  const copy = (): void => {
    const facts = Object.entries(shownParams(props.error.params)).map(([name, value]) => `${name}: ${String(value)}`);
    void navigator.clipboard
      .writeText([`Tallybook: ${title}`, ...rest, `code: ${props.error.code}`, ...facts].join('\n'))
      .then(
        () => setCopied(true),
        () => setCopied(false),
      );
  };
  return <Button onClick={copy}>{copied ? t('common:copied') : t('common:copyForIt')}</Button>;
}
