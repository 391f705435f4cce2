import { Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionInput } from '../../../shared/contract/connection.ts';
import { call } from '../../client.ts';
import { useAction } from '../../use-action.ts';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { ClassChoice, type RemoteClass } from './class-choice.tsx';
import { ConnectionForm } from './connection-form.tsx';
import { joinFromServer } from './join.ts';
import { TestPanel } from './test-panel.tsx';
import { useConnectionForm } from './use-connection-form.ts';
import styles from './connect.module.css';

interface Found {
  readonly connection: ConnectionInput;
  readonly classes: readonly RemoteClass[];
}

/** Join a class of a school server: the form with its test, then the classes that are there. */
export function JoinServer() {
  const { t } = useTranslation();
  const form = useConnectionForm(null);
  const action = useAction();
  const [found, setFound] = useState<Found | null>(null);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const { values, errors, test, box, change, refused } = form;
  const look = async (): Promise<void> => {
    const connection = form.input();
    if (connection === null) return;
    abort.current = new AbortController();
    const { signal } = abort.current;
    await action.run(async () => {
      const { items } = await call('class.remote', { connection }, { signal });
      setFound({ connection, classes: items });
    });
  };
  if (found !== null) return <FoundClasses found={found} onBack={() => setFound(null)} />;
  return (
    <div className={styles['columns']}>
      <form
        ref={box}
        className={styles['form']}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void look();
        }}
      >
        <h2>{t('sync:server.title')}</h2>
        <ConnectionForm
          values={values}
          errors={errors}
          stored={false}
          withMode={false}
          place={form.place}
          weak={form.weak}
          onChange={(next) => {
            action.clear();
            change(next);
          }}
          onRefused={refused}
        />
        {action.error !== null && action.error.code !== 'cancelled' && <ErrorNotice error={action.error} />}
        <div className={styles['formActions']}>
          {action.busy && <Button onClick={() => abort.current?.abort()}>{t('common:cancel')}</Button>}
          <TestButton form={form} />
          <Button type="primary" htmlType="submit" loading={action.busy}>
            {t('sync:classes.look')}
          </Button>
        </div>
      </form>
      <TestPanel
        test={test}
        port={values.port}
        onTrust={(fingerprint) => change({ ...values, tls: 'require', tlsChosen: true, fingerprint })}
        onDatabase={form.chooseDatabase}
      />
    </div>
  );
}

/** Starts the test, or ends the one that goes on. */
export function TestButton(props: { readonly form: ReturnType<typeof useConnectionForm>; readonly primary?: boolean }) {
  const { t } = useTranslation();
  const { form } = props;
  if (form.test.state === 'running') return <Button onClick={form.test.cancel}>{t('sync:test.cancel')}</Button>;
  const words = t(form.test.state === 'none' ? 'sync:test.run' : 'sync:test.again');
  // As the primary button it is what Enter in a field means: the form runs the test.
  if (props.primary === true)
    return (
      <Button type="primary" htmlType="submit">
        {words}
      </Button>
    );
  return <Button onClick={() => void form.runTest()}>{words}</Button>;
}

function FoundClasses(props: { readonly found: Found; readonly onBack: () => void }) {
  const { t } = useTranslation();
  const action = useAction();
  const { classes, connection } = props.found;
  const free = classes.filter((item) => !item.here);
  const [chosen, setChosen] = useState<string | null>(free.length === 1 ? (free[0]?.id ?? null) : null);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const join = (): void => {
    if (chosen === null) return;
    abort.current = new AbortController();
    const { signal } = abort.current;
    void action.run(() => joinFromServer(connection, chosen, signal));
  };
  if (classes.length === 0) {
    return (
      <Empty title={t('sync:classes.none.title')} text={t('sync:classes.none.text')}>
        <Button onClick={props.onBack}>{t('common:back')}</Button>
      </Empty>
    );
  }
  return (
    <section className={styles['form']} aria-label={t('sync:classes.title')}>
      <h2>{t('sync:classes.title')}</h2>
      <ClassChoice
        label={t('sync:classes.title')}
        classes={classes}
        chosen={chosen}
        onChoose={setChosen}
        words={(item) => item.name}
        canChoose={(item) => !item.here}
      />
      {action.error !== null && <ErrorNotice error={action.error} />}
      <div className={styles['formActions']}>
        <Button onClick={props.onBack}>{t('common:back')}</Button>
        <Button type="primary" loading={action.busy} disabled={chosen === null} onClick={join}>
          {t('sync:classes.join')}
        </Button>
      </div>
    </section>
  );
}
