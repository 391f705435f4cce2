import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../client.ts';
import { useAction } from '../../use-action.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Panel } from '../../ui/page.tsx';
import styles from './sync.module.css';
import connectStyles from '../connect/connect.module.css';

/** A database without our tables, or with older ones: says what would be made, shows the script, and makes it only when agreed to. */
export function SetUpStep(props: {
  readonly classId: string;
  readonly connectionId: string;
  readonly upgrade: boolean;
  readonly onDone: () => void;
}) {
  const { t } = useTranslation();
  const { classId, connectionId, upgrade } = props;
  const [asks, setAsks] = useState(false);
  const action = useAction();
  const way = upgrade ? 'upgrade' : 'setUp';
  const setUp = async (): Promise<void> => {
    const worked = await action.run(() => call('connection.init', { classId, connectionId, consent: true, upgrade }));
    if (!worked) return;
    setAsks(false);
    props.onDone();
  };
  return (
    <Panel title={t(`sync:${way}.title`)}>
      <p>{t(`sync:${way}.text`)}</p>
      <div className={styles['panelActions']}>
        <Button type="primary" onClick={() => setAsks(true)}>
          {t(`sync:${way}.action`)}
        </Button>
      </div>
      <Modal
        open={asks}
        title={t(`sync:${way}.consentTitle`)}
        width={640}
        closable={false}
        destroyOnHidden
        onCancel={() => setAsks(false)}
        onOk={() => void setUp()}
        okText={t(`sync:${way}.agree`)}
        cancelText={t('common:cancel')}
        confirmLoading={action.busy}
      >
        <p>{t(`sync:${way}.what`)}</p>
        <ul className={styles['points']}>
          {(['schema', 'tables', 'journal', 'untouched'] as const).map((point) => (
            <li key={point}>{t(`sync:setUp.point.${point}`)}</li>
          ))}
        </ul>
        <Script classId={classId} connectionId={connectionId} upgrade={upgrade} />
        {action.error !== null && <ErrorNotice error={action.error} />}
      </Modal>
    </Panel>
  );
}

/** The script itself, for who wants to read it or run it by hand. */
function Script(props: { readonly classId: string; readonly connectionId: string; readonly upgrade: boolean }) {
  const { t } = useTranslation();
  const { classId, connectionId, upgrade } = props;
  const [sql, setSql] = useState<string | null>(null);
  const [copied, setCopied] = useState(false);
  const action = useAction();
  const load = (): void => {
    if (sql !== null || action.busy) return;
    void action.run(async () =>
      setSql((await call('connection.init', { classId, connectionId, consent: false, upgrade })).sql),
    );
  };
  return (
    <details
      className={styles['script']}
      onToggle={({ currentTarget }) => {
        if (currentTarget.open) load();
      }}
    >
      <summary>{t('sync:setUp.sql')}</summary>
      {action.error !== null && <ErrorNotice error={action.error} />}
      {sql !== null && (
        <>
          <Input.TextArea
            readOnly
            rows={12}
            className={connectStyles['sql'] ?? ''}
            aria-label={t('sync:setUp.sql')}
            value={sql}
          />
          <Button onClick={() => void navigator.clipboard.writeText(sql).then(() => setCopied(true))}>
            {copied ? t('common:copied') : t('common:copy')}
          </Button>
        </>
      )}
    </details>
  );
}
