import { FileOutlined } from '@ant-design/icons';
import { Button, Checkbox, Input, Select } from 'antd';
import { useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '../../../shared/errors.ts';
import { useFormat } from '../../format.ts';
import { toAppError } from '../../to-app-error.ts';
import { Field } from './field.tsx';
import {
  isAddress,
  provesServer,
  readCa,
  tlsAdvice,
  tlsWarning,
  withAddress,
  withHost,
  type FieldName,
  type FormValues,
  trustOf,
} from './form-values.ts';
import type { PasswordPlace } from './use-password-place.ts';
import styles from './connect.module.css';

const tlsModes = ['verify-full', 'verify-ca', 'require', 'disable'] as const;
const syncModes = ['two-way', 'push-only', 'pull-only'] as const;

/** The fields of a connection to a school server. Pasting a whole address into Host fills them all. */
export function ConnectionForm(props: {
  readonly values: FormValues;
  readonly errors: Readonly<Partial<Record<FieldName, string>>>;
  /** Whether the form is about a connection that is there already. */
  readonly stored: boolean;
  /** Where a password goes, and whether there is one, so that an empty field means: keep it. */
  readonly place: PasswordPlace;
  readonly withMode: boolean;
  /** Whether the server asked for the password in a weak form: only then can that be allowed. */
  readonly weak: boolean;
  readonly onChange: (values: FormValues) => void;
  /** A pasted address or a chosen file could not be used. */
  readonly onRefused: (field: FieldName, error: AppError) => void;
}) {
  const { t } = useTranslation();
  const { values, errors, onChange } = props;
  const set = (change: Partial<FormValues>): void => onChange({ ...values, ...change });
  return (
    <div className={styles['fields']}>
      <HostField {...props} />
      <Plain {...props} name="port" span={2} />
      <Plain {...props} name="database" span={6} />
      <Plain {...props} name="user" span={7} />
      <Field
        label={t('sync:form.password')}
        error={errors.password ?? null}
        hint={
          props.stored && props.place !== null
            ? t(props.place.stored ? 'sync:form.passwordKept' : 'sync:form.passwordNone')
            : null
        }
        span={7}
      >
        {(control) => (
          <Input.Password
            {...control}
            name="password"
            value={values.password}
            autoComplete="new-password"
            status={control['aria-invalid'] ? 'error' : ''}
            onChange={({ target }) => set({ password: target.value })}
          />
        )}
      </Field>
      <Field
        label={t('sync:form.tls')}
        error={errors.tls ?? null}
        hint={tlsAdvice(values) ? t('sync:form.tlsAdvice') : null}
        span={7}
      >
        {(control) => (
          <Select
            {...control}
            value={values.tls}
            options={tlsModes.map((value) => ({ value, label: t(`sync:form.tlsMode.${value}`) }))}
            onChange={(tls) => set({ tls, tlsChosen: true })}
          />
        )}
      </Field>
      <CaField {...props} />
      {tlsWarning(values) !== null && (
        <p className={styles['formWarning']} role="status">
          {t(`sync:form.warning.${tlsWarning(values) ?? 'no-tls'}`)}
        </p>
      )}
      {props.weak && <WeakPassword {...props} />}
      {props.withMode && (
        <Field label={t('sync:form.mode')} span={14}>
          {(control) => (
            <Select
              {...control}
              value={values.mode}
              options={syncModes.map((value) => ({ value, label: t(`sync:form.modes.${value}`) }))}
              onChange={(mode) => set({ mode })}
            />
          )}
        </Field>
      )}
      <p className={styles['formHint']}>
        {t('sync:form.hint')} {props.place !== null && t(`sync:form.kept.${props.place.kept}`)}
      </p>
    </div>
  );
}

type FormProps = Parameters<typeof ConnectionForm>[0];

function Plain(props: FormProps & { readonly name: 'port' | 'database' | 'user'; readonly span: number }) {
  const { t } = useTranslation();
  const { name, values, errors, onChange } = props;
  return (
    <Field label={t(`sync:form.${name}`)} error={errors[name] ?? null} span={props.span}>
      {(control) => (
        <Input
          {...control}
          name={name}
          value={values[name]}
          autoComplete="off"
          spellCheck={false}
          autoCapitalize="none"
          inputMode={name === 'port' ? 'numeric' : 'text'}
          status={control['aria-invalid'] ? 'error' : ''}
          onChange={({ target }) => onChange({ ...values, [name]: target.value })}
        />
      )}
    </Field>
  );
}

/** Lets the password out in clear text or as MD5, with what that means. Possible only where the certificate proves who the server is. */
function WeakPassword(props: FormProps) {
  const { t } = useTranslation();
  const hint = useId();
  const { values, onChange } = props;
  const proven = provesServer(values);
  return (
    <div className={styles['weak']}>
      <Checkbox
        checked={values.allowWeak && proven}
        disabled={!proven}
        aria-describedby={hint}
        onChange={({ target }) => onChange({ ...values, allowWeak: target.checked })}
      >
        {t('sync:form.weak')}
      </Checkbox>
      <p id={hint} className={styles['formHint']}>
        {t(proven ? 'sync:form.weakHint' : 'sync:form.weakUnproven')}
      </p>
    </div>
  );
}

/** The certificate of the school's authority, from a file; and what else is trusted. */
function CaField(props: FormProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { values, errors, onChange, onRefused } = props;
  const input = useRef<HTMLInputElement>(null);
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    try {
      onChange({ ...values, ca: await readCa(file), caName: file.name });
    } catch (caught) {
      onRefused('ca', toAppError(caught));
    }
  };
  const trust = trustOf(values);
  const shown = {
    store: t('sync:form.caStore'),
    ca: values.caName ?? t('sync:form.caStored'),
    fingerprint: t('sync:form.pinned'),
  }[trust];
  return (
    <Field label={t('sync:form.ca')} error={errors.ca ?? null} span={7}>
      {(control) => (
        <div className={styles['ca']}>
          <Button
            {...control}
            className={styles['caButton'] ?? ''}
            aria-label={format.labelled(t('sync:form.ca'), shown)}
            icon={<FileOutlined aria-hidden />}
            onClick={() => input.current?.click()}
          >
            <span className={styles['caName']}>{shown}</span>
          </Button>
          {trust !== 'store' && (
            <Button onClick={() => onChange({ ...values, ca: '', caName: null, fingerprint: '' })}>
              {t('common:clear')}
            </Button>
          )}
          <input
            ref={input}
            type="file"
            hidden
            accept=".pem,.crt,.cer,.ca"
            onChange={({ currentTarget }) => {
              void take(currentTarget.files?.[0]);
              currentTarget.value = '';
            }}
          />
        </div>
      )}
    </Field>
  );
}

/** Host, which also takes a whole address. */
function HostField(props: FormProps) {
  const { t } = useTranslation();
  const { values, errors, onChange } = props;
  const takeAddress = (text: string): void => {
    try {
      onChange(withAddress(values, text));
    } catch (caught) {
      props.onRefused('host', toAppError(caught));
    }
  };
  return (
    <Field label={t('sync:form.host')} error={errors.host ?? null} span={6}>
      {(control) => (
        <Input
          {...control}
          name="host"
          value={values.host}
          autoComplete="off"
          spellCheck={false}
          autoCapitalize="none"
          status={control['aria-invalid'] ? 'error' : ''}
          onPaste={(event) => {
            const text = event.clipboardData.getData('text');
            if (!isAddress(text)) return;
            event.preventDefault();
            takeAddress(text);
          }}
          onChange={({ target }) => onChange(withHost(values, target.value))}
          onBlur={() => {
            if (isAddress(values.host)) takeAddress(values.host);
          }}
        />
      )}
    </Field>
  );
}
