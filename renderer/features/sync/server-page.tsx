import { Button } from 'antd';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionItem } from '../../../shared/contract/connection.ts';
import { isJoinRole } from '../../../shared/model/join-code.ts';
import { call } from '../../client.ts';
import { href, navigate, useRoute } from '../../router.ts';
import { useAction } from '../../use-action.ts';
import { Busy } from '../../ui/busy.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useClassItem } from '../app/app-store.ts';
import { ConnectionForm } from '../connect/connection-form.tsx';
import { TestButton } from '../connect/join-server.tsx';
import { TestPanel } from '../connect/test-panel.tsx';
import { useConnectionForm } from '../connect/use-connection-form.ts';
import { CodeConnection } from './code-connection.tsx';
import { connectionsStore } from './connections-store.ts';
import { Doors } from './doors.tsx';
import { useShare } from './use-share.tsx';
import connectStyles from '../connect/connect.module.css';

/** The connection to a school server: a new one, or one that is there. */
export function ServerPage(props: { readonly connectionId: string | null }) {
  const { t } = useTranslation();
  const open = useClassItem();
  const share = useShare(open.id);
  const { data, error } = connectionsStore.use();
  useEffect(() => connectionsStore.show(open.id), [open.id]);
  const { connectionId } = props;
  const item = data?.find((candidate) => candidate.id === connectionId) ?? null;
  const first = data !== null && data.length === 0;
  return (
    <Page
      title={
        connectionId !== null
          ? t('sync:server.edit')
          : first
            ? t('sync:share', { name: open.name })
            : t('sync:server.add')
      }
    >
      {connectionId === null && first && <Doors open="server" sharing={share.busy} onShare={share.share} />}
      {share.error !== null && <ErrorNotice error={share.error} onRetry={share.share} />}
      {error !== null && <ErrorNotice error={error} onRetry={() => void connectionsStore.refresh()} />}
      {data === null && error === null && <Busy />}
      {data !== null && connectionId !== null && item === null && (
        <Empty title={t('sync:preview.gone.title')} text={t('sync:preview.gone.text')}>
          <Button onClick={() => navigate(href('sync'))}>{t('sync:preview.back')}</Button>
        </Empty>
      )}
      {data !== null && (connectionId === null || item !== null) && (
        <Folded item={item} className={open.name}>
          <ServerForm
            key={item?.id ?? 'new'}
            classId={open.id}
            item={item}
            hasTwoWay={data.some((other) => other.mode === 'two-way')}
          />
        </Folded>
      )}
      {share.dialog}
    </Page>
  );
}

/** The form, below what matters more where a code made the connection. */
function Folded(props: {
  readonly item: ConnectionItem | null;
  readonly className: string;
  readonly children: ReactNode;
}) {
  const { query } = useRoute();
  const { item, className, children } = props;
  if (item === null || !isJoinRole(item.user)) return children;
  return (
    <CodeConnection item={item} className={className} open={query.get('test') === '1'}>
      {children}
    </CodeConnection>
  );
}

function ServerForm(props: {
  readonly classId: string;
  readonly item: ConnectionItem | null;
  readonly hasTwoWay: boolean;
}) {
  const { t } = useTranslation();
  const { classId, item } = props;
  const form = useConnectionForm(item, item === null && props.hasTwoWay ? 'push-only' : null);
  const action = useAction();
  useTestAtOnce(form.runTest);
  useWantedField(form.box);
  const { values, errors, test, box, change, refused } = form;
  const save = async (): Promise<void> => {
    const connection = form.input();
    if (connection === null) return;
    await action.run(async () => {
      const saved =
        item === null
          ? await call('connection.add', { classId, connection })
          : await call('connection.set', { classId, connectionId: item.id, change: connection });
      await connectionsStore.refresh();
      navigate(href(item === null ? `sync/prepare/${saved.id}` : 'sync'));
    });
  };
  const tested = test.state === 'ok';
  return (
    <div className={connectStyles['columns']}>
      <form
        ref={box}
        className={connectStyles['form']}
        noValidate
        aria-label={t('sync:server.title')}
        onSubmit={(event) => {
          event.preventDefault();
          void (test.state === 'ok' ? save() : form.runTest());
        }}
      >
        <h2>{item === null ? t('sync:server.title') : item.name}</h2>
        <ConnectionForm
          values={values}
          errors={errors}
          stored={item !== null}
          withMode
          place={form.place}
          weak={form.weak}
          onChange={(next) => {
            action.clear();
            change(next);
          }}
          onRefused={refused}
        />
        {action.error !== null && <ErrorNotice error={action.error} />}
        <div className={connectStyles['formActions']}>
          <Button onClick={() => navigate(href('sync'))}>{t('common:cancel')}</Button>
          <TestButton form={form} primary={!tested} />
          <Button
            type={tested ? 'primary' : 'default'}
            htmlType={tested ? 'submit' : 'button'}
            loading={action.busy}
            onClick={tested ? undefined : () => void save()}
          >
            {t(test.state === 'failed' ? 'sync:server.saveAnyway' : 'common:save')}
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

/** The repair of a password leads here and begins in its field. */
function useWantedField(box: ReturnType<typeof useConnectionForm>['box']): void {
  const { query } = useRoute();
  const wanted = query.get('field');
  useEffect(() => {
    if (wanted === 'password') box.current?.querySelector<HTMLElement>('[name="password"]')?.focus();
  }, [wanted, box]);
}

/** "Test" on a card leads here and starts at once. */
function useTestAtOnce(runTest: () => Promise<void>): void {
  const { query } = useRoute();
  const done = useRef(false);
  const wanted = query.get('test') === '1';
  useEffect(() => {
    if (!wanted || done.current) return;
    done.current = true;
    void runTest();
  }, [wanted, runTest]);
}
