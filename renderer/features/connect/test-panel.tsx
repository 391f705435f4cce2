import { CheckOutlined, CloseOutlined, ExclamationOutlined, LoadingOutlined, MinusOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { TestStep } from '../../../shared/contract/connection.ts';
import { errorFromJson, type AppError } from '../../../shared/errors.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import { useFormat } from '../../format.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Grant } from './grant.tsx';
import { stepFact, stepText } from './step-facts.ts';
import { stepIds, type ConnectionTest } from './use-connection-test.ts';
import styles from './connect.module.css';

/** The test of a connection, step by step as it goes on; what failed with its remedy below. */
export function TestPanel(props: {
  readonly test: ConnectionTest;
  readonly port: string;
  /** Trusts exactly the certificate the server showed. */
  readonly onTrust: (fingerprint: string) => void;
  /** Takes another database of the server. */
  readonly onDatabase: (database: string) => void;
}) {
  const { t } = useTranslation();
  const { test } = props;
  const failed = test.steps.find((step) => step.state === 'failed');
  const error = failed === undefined ? test.error : errorFromJson({ code: failed.code ?? '', params: failed.params });
  return (
    <section className={styles['test']} aria-label={t('sync:test.title')}>
      <div className={styles['testHead']}>
        <h2>{t('sync:test.title')}</h2>
        <span className={styles['quiet']} role="status">
          <Progress test={test} />
        </span>
      </div>
      <ol className={styles['steps']} aria-busy={test.state === 'running'}>
        {test.steps.map((step) => (
          <Step key={step.id} step={step} port={props.port} begun={test.state !== 'none'} />
        ))}
      </ol>
      <Warnings steps={test.steps} />
      {error !== null && error.code !== 'cancelled' && (
        <ErrorNotice error={error}>
          <Databases names={failed?.databases ?? []} onChoose={props.onDatabase} />
          <Grant error={error} />
          <Trust error={error} onTrust={props.onTrust} />
          <Codes error={error} />
        </ErrorNotice>
      )}
      {test.error?.code === 'cancelled' && <p className={styles['quiet']}>{t('sync:test.cancelled')}</p>}
    </section>
  );
}

function Progress(props: { readonly test: ConnectionTest }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { state, steps, ms } = props.test;
  const seconds = ms === null ? '' : format.number(Math.round(ms / 100) / 10);
  switch (state) {
    case 'none':
      return t('sync:test.notYet');
    case 'running':
      return t('sync:test.running');
    case 'ok':
      return t('sync:test.passed', { seconds });
    case 'failed': {
      const place = steps.findIndex((step) => step.state === 'failed');
      return place < 0
        ? t('sync:test.stopped')
        : t('sync:test.stoppedAt', { step: place + 1, of: stepIds.length, seconds });
    }
  }
}

const icons = {
  ok: CheckOutlined,
  warning: ExclamationOutlined,
  failed: CloseOutlined,
  running: LoadingOutlined,
  skipped: MinusOutlined,
  waiting: null,
};

function Step(props: { readonly step: TestStep; readonly port: string; readonly begun: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { step } = props;
  const Icon = icons[step.state];
  return (
    <li className={styles['step']} data-state={step.state}>
      <span className={styles['stepIcon']}>{Icon === null ? '·' : <Icon aria-hidden />}</span>
      <span className={styles['stepText']}>
        <span className="visually-hidden">{t(`sync:test.state.${step.state}`)}: </span>
        {stepText(step, { port: props.port }, t)}
      </span>
      <span className={styles['stepFact']}>{stepFact(step, t, format)}</span>
    </li>
  );
}

/** Warnings stop nothing; each has a sentence. An empty or older database is not one: what to do about it comes after saving. */
function Warnings(props: { readonly steps: readonly TestStep[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const warned = props.steps.filter(
    (step) => step.state === 'warning' && step.code !== 'schema-missing' && step.code !== 'schema-older',
  );
  if (warned.length === 0) return null;
  return (
    <ul className={styles['warnings']}>
      {warned.map((step) => {
        const error = errorFromJson({ code: step.code ?? '', params: step.params });
        return (
          <li key={step.id} className={styles['warning']}>
            <ExclamationOutlined aria-hidden />{' '}
            <strong>{format.lead(t(`errors:${error.code}.title`, error.params))}</strong>
            {t(`errors:${error.code}.remedy`, error.params)}
          </li>
        );
      })}
    </ul>
  );
}

/** The databases there are, where the one that was typed is not among them. */
function Databases(props: { readonly names: readonly string[]; readonly onChoose: (database: string) => void }) {
  const { t } = useTranslation();
  if (props.names.length === 0) return null;
  return (
    <Select
      showSearch
      className={styles['databases'] ?? ''}
      aria-label={t('sync:test.databases')}
      placeholder={t('sync:test.databases')}
      value={null}
      options={props.names.map((name) => ({ value: name, label: shownText(name) }))}
      onChange={(name: string | null) => {
        if (name !== null) props.onChoose(name);
      }}
    />
  );
}

/** What an IT person asks for; nobody else has to read it. */
function Codes(props: { readonly error: AppError }) {
  const { t } = useTranslation();
  const { code, params } = props.error;
  const codes = [params['sqlstate'], code].filter((part) => typeof part === 'string' && part !== '');
  return (
    <details className={styles['codes']}>
      <summary>{t('sync:test.details')}</summary>
      <code>{codes.join(' · ')}</code>
    </details>
  );
}

function Trust(props: { readonly error: AppError; readonly onTrust: (fingerprint: string) => void }) {
  const { t } = useTranslation();
  const { lead } = useFormat();
  const { code, params } = props.error;
  const fingerprint = params['fingerprint'];
  const pins = code === 'certificate-untrusted' || code === 'certificate-pinned-differs';
  if (!pins || typeof fingerprint !== 'string' || fingerprint === '') return null;
  return (
    <>
      <p className={styles['fingerprint']}>
        {lead(t('sync:test.fingerprint'))}
        <code>{fingerprint}</code>
      </p>
      <Button onClick={() => props.onTrust(fingerprint)}>{t('sync:test.trust')}</Button>
    </>
  );
}
