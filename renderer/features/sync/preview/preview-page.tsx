import { CheckCircleOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useShallow } from 'zustand/react/shallow';
import type { ConnectionItem } from '../../../../shared/contract/connection.ts';
import type { PlanSummary } from '../../../../shared/contract/sync.ts';
import type { AppError } from '../../../../shared/errors.ts';
import { shownText } from '../../../../shared/model/visible-text.ts';
import { useFormat } from '../../../format.ts';
import { href, navigate } from '../../../router.ts';
import { Busy } from '../../../ui/busy.tsx';
import { Empty } from '../../../ui/empty.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { withIcon } from '../../../ui/icon.tsx';
import { MenuButton } from '../../../ui/menu-button.tsx';
import { Page } from '../../../ui/page.tsx';
import { ReasonButton } from '../../../ui/reason-button.tsx';
import { useClassItem } from '../../app/app-store.ts';
import { Grant } from '../../connect/grant.tsx';
import { guestWords } from '../guest-words.ts';
import { connectionsStore } from '../connections-store.ts';
import { statusStore } from '../../app/status-store.ts';
import { useAttending } from '../use-attending.ts';
import { useFindingOut } from '../use-finding-out.ts';
import { useNotSent } from '../use-not-sent.ts';
import { WayOut } from '../way-out.tsx';
import { EndsPanel } from './ends-panel.tsx';
import { GuardDialog } from './guard-dialog.tsx';
import { isPartial } from './plan-checks.ts';
import { PurposeNotice, usePreviewTitle } from './purpose-notice.tsx';
import { ReplaceDialog } from './replace-dialog.tsx';
import { UndoDialog } from './undo-dialog.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { FailedCheckList, LiveCheckList } from './live-check-list.tsx';
import { PlanWork } from './plan-work.tsx';
import { previewOf, type PreviewStore } from './preview-store.ts';
import { RestoredNotice } from './restored-notice.tsx';
import { RunBar, usePhaseText } from './run-bar.tsx';
import { RunResultPanel } from './run-result.tsx';
import { usePageKeys } from './use-page-keys.ts';
import { UntakenNote } from './untaken-note.tsx';
import { useUnreadList } from './use-unread-list.ts';
import styles from './run.module.css';

/** What will change: both ends, the counts, the list, the decisions, and the buttons that carry it out. */
export function PreviewPage(props: { readonly connectionId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const open = useClassItem();
  const store = previewOf(open.id, props.connectionId);
  // Only what is drawn here: what else the store says, such as how far work is, is followed where it is shown.
  const plan = store.use((state) => state.plan);
  const working = store.use((state) => state.work?.kind ?? null);
  const error = store.use((state) => state.error);
  const result = store.use((state) => state.result);
  const [keys, setKeys] = useState(false);
  const showKeys = useCallback(() => setKeys(true), [setKeys]);
  const known = connectionsStore.use((state) => state.data !== null);
  const connection = connectionsStore.use(
    useShallow((state) => factsOf(state.data?.find((item) => item.id === props.connectionId))),
  );
  useEffect(() => connectionsStore.show(open.id), [open.id]);
  useEffect(() => void store.open(), [store]);
  const mode = connection?.mode ?? 'two-way';
  const unread = useUnreadList(plan?.planId ?? null);
  const checking = connection?.checking === true;
  // The badge finds out for its own connection.
  const ofBadge = statusStore.use((state) => state.data?.connection?.id);
  useFindingOut(ofBadge === props.connectionId ? null : { id: props.connectionId, classId: open.id, checking });
  usePageKeys(store, mode, unread || checking);
  useAttending(open.id, props.connectionId);
  const gone = known && connection === null;
  const busy = working !== null;
  // The list of before says nothing about the one that is being made.
  const making = working === 'undo' || working === 'replace';
  const title = usePreviewTitle(store);
  return (
    <Page
      fill="grow"
      title={title}
      detail={plan === null || making ? undefined : t('sync:preview.checked', { time: format.when(plan.madeAt) })}
      actions={<Actions store={store} canReplace={mode !== 'push-only'} gone={gone} />}
    >
      {gone && (
        <Empty title={t('sync:preview.gone.title')} text={t('sync:preview.gone.text')}>
          <Button type="primary" onClick={() => navigate(href('sync'))}>
            {t('sync:preview.back')}
          </Button>
        </Empty>
      )}
      {error !== null && !gone && <Failed {...{ store, error, connection }} closable={plan !== null} />}
      {result !== null && (
        <RunResultPanel
          run={result.run}
          purpose={result.purpose}
          foundOut={result.foundOut}
          tooLate={result.tooLate}
          onSeen={store.seeResult}
          onUndo={() => void store.undoRun(result.run.runId)}
          onClose={() => store.dismiss('result')}
        />
      )}
      {(plan === null || making) && !gone && <Comparing store={store} />}
      {plan !== null && !making && !gone && (
        <>
          <EndsPanel store={store} plan={plan} />
          <PurposeNotice store={store} />
          <UntakenNote store={store} />
          <Notices store={store} />
          <RestoredNotice store={store} />
          {plan.total === 0 ? (
            // What the last look found says nothing about a server that does not answer now.
            error === null && <NothingIn store={store} plan={plan} connection={connection} />
          ) : (
            <PlanWork key={plan.planId} store={store} plan={plan} mode={mode} onKeys={showKeys} />
          )}
          {(plan.total > 0 || busy) && <RunBar {...{ store, plan, mode, unread, checking }} onKeys={showKeys} />}
        </>
      )}
      <LastQuestions store={store} />
      <KeysDialog open={keys} onClose={() => setKeys(false)} />
    </Page>
  );
}

/** Why comparing, or a run before it began, failed, with the way out. */
function Failed(props: {
  readonly store: PreviewStore;
  readonly error: AppError;
  readonly connection: Facts | null;
  /** A list is there behind it. */
  readonly closable: boolean;
}) {
  const { t } = useTranslation();
  const { store, error, connection } = props;
  return (
    <ErrorNotice
      error={error}
      instead={guestWords(t, error.code, connection?.user ?? '')}
      onRetry={error.code === 'class-choice-needed' ? undefined : () => void store.retry()}
      onClose={props.closable ? () => store.dismiss('error') : undefined}
    >
      <Grant error={error} />
      <WayOut code={error.code} connectionId={store.connectionId} connection={connection} />
    </ErrorNotice>
  );
}

/** What is asked once more before a list is carried out. */
function LastQuestions({ store }: { readonly store: PreviewStore }) {
  return (
    <>
      <GuardDialog store={store} />
      <ReplaceDialog store={store} />
      <UndoDialog store={store} />
    </>
  );
}

type Facts = Pick<ConnectionItem, 'mode' | 'name' | 'user' | 'builtin' | 'lastRunAt' | 'checking'>;

/** What this page needs of a connection: most of what is told of one changes with every decision. */
function factsOf(item: ConnectionItem | undefined): Facts | null {
  if (item === undefined) return null;
  const { mode, name, user, builtin, lastRunAt, checking } = item;
  return { mode, name, user, builtin, lastRunAt, checking };
}

/** Back to the connections, the list made anew, and the rarer ways. */
function Actions(props: { readonly store: PreviewStore; readonly canReplace: boolean; readonly gone: boolean }) {
  const { t } = useTranslation();
  const { store, canReplace } = props;
  const disabled = store.use((state) => state.work !== null) || props.gone;
  return (
    <>
      <Button onClick={() => navigate(href('sync'))}>{t('sync:preview.back')}</Button>
      <ReasonButton
        {...withIcon('reload')}
        title={`${t('sync:preview.refresh')} (F5)`}
        why={props.gone ? t('sync:preview.gone.title') : disabled ? t('sync:preview.working') : null}
        onClick={() => void store.refresh()}
      >
        {t('sync:preview.refresh')}
      </ReasonButton>
      {canReplace && (
        <MenuButton
          label={t('sync:preview.title')}
          shown={t('sync:preview.more')}
          items={[{ key: 'replace', label: t('sync:replace.action') }]}
          selected={null}
          disabled={disabled}
          onSelect={() => void store.replace()}
        />
      )}
    </>
  );
}

/** Before the first list is there, or where it could not be made. */
function Comparing(props: { readonly store: PreviewStore }) {
  const { t } = useTranslation();
  const work = props.store.use((state) => state.work);
  const error = props.store.use((state) => (state.plan === null ? state.error : null));
  const isFailed = props.store.use((state) => state.error !== null);
  const phaseText = usePhaseText();
  if (isFailed) return error === null ? null : <FailedCheckList code={error.code} alone />;
  if (work === null) return <Busy />;
  return (
    <div className={styles['comparing']}>
      <Busy label={phaseText(work)} />
      <LiveCheckList store={props.store} />
      <Button onClick={props.store.cancel} disabled={work.cancelling}>
        {t('common:cancel')}
      </Button>
    </div>
  );
}

/** What happened around the list: new rows since, a list that is no longer good. */
function Notices(props: { readonly store: PreviewStore }) {
  const { t } = useTranslation();
  const plan = props.store.use((state) => state.plan);
  const busy = props.store.use((state) => state.work !== null);
  if (plan === null) return null;
  return (
    <>
      {plan.state !== 'open' && !busy && (
        <div className={styles['note']} role="status">
          <span>{t(`sync:preview.${plan.state}`)}</span>
          <Button type="primary" onClick={() => void props.store.refresh()}>
            {t('sync:preview.refresh')}
          </Button>
        </div>
      )}
      {plan.movedHere > 0 && plan.state === 'open' && !busy && (
        <div className={styles['note']} role="status">
          <span>{t('sync:preview.movedHere', { count: plan.movedHere })}</span>
          <Button type="primary" onClick={() => void props.store.refresh()}>
            {t('sync:preview.refresh')}
          </Button>
        </div>
      )}
      {plan.newHere > 0 && (
        <p className={styles['note']} role="status">
          {t('sync:preview.newHere', { count: plan.newHere })}
        </p>
      )}
    </>
  );
}

/** A list without rows: both the same, nothing there yet, or nothing that could be taken back. */
function NothingIn(props: {
  readonly store: PreviewStore;
  readonly plan: PlanSummary;
  readonly connection: Facts | null;
}) {
  const { t } = useTranslation();
  const { store, connection } = props;
  const { purpose } = props.plan;
  const notSent = useNotSent(store.classId, connection);
  const newHere = store.use((state) => (state.plan?.newHere ?? 0) > 0);
  if (purpose !== 'undo' && notSent) {
    return (
      <Empty title={t('sync:notSent.title')} text={t('sync:notSent.text', { name: shownText(connection?.name ?? '') })}>
        <WayOn store={store} onClick={() => void store.refresh()}>
          {t('sync:preview.refresh')}
        </WayOn>
      </Empty>
    );
  }
  if (purpose !== 'undo' && newHere) {
    return (
      <Empty title={t('sync:preview.sameThen.title')} text={t('sync:preview.sameThen.text')}>
        <WayOn store={store} onClick={() => void store.refresh()}>
          {t('sync:preview.refresh')}
        </WayOn>
      </Empty>
    );
  }
  if (purpose === 'undo') return <NothingToUndo store={store} />;
  if (isPartial(props.plan)) {
    return (
      <Empty title={t('sync:preview.samePart.title')} text={t('sync:preview.samePart.text')}>
        <WayOn store={store} onClick={() => void store.refresh()}>
          {t('sync:preview.refresh')}
        </WayOn>
      </Empty>
    );
  }
  return <BothSame>{purpose === 'replace' && <BackToList store={store} />}</BothSame>;
}

function NothingToUndo({ store }: { readonly store: PreviewStore }) {
  const { t } = useTranslation();
  return (
    <Empty title={t('sync:undo.nothing.title')} text={t('sync:undo.nothing.text')}>
      <WayOn store={store} onClick={() => void store.compare()}>
        {t('sync:undo.back')}
      </WayOn>
    </Empty>
  );
}

/** The one thing to do in the middle of an empty list, which waits while something runs, as the same in the bar does. */
function WayOn(props: { readonly store: PreviewStore; readonly onClick: () => void; readonly children: string }) {
  const { t } = useTranslation();
  const busy = props.store.use((state) => state.work !== null);
  return (
    <ReasonButton type="primary" size="large" why={busy ? t('sync:preview.working') : null} onClick={props.onClick}>
      {props.children}
    </ReasonButton>
  );
}

/** From a list of its own that has no rows to the ordinary one. */
function BackToList({ store }: { readonly store: PreviewStore }) {
  const { t } = useTranslation();
  const busy = store.use((state) => state.work !== null);
  return (
    <ReasonButton size="large" why={busy ? t('sync:preview.working') : null} onClick={() => void store.compare()}>
      {t('sync:undo.back')}
    </ReasonButton>
  );
}

function BothSame(props: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <section className={styles['same']} aria-label={t('sync:preview.same.title')}>
      <CheckCircleOutlined className={styles['sameIcon'] ?? ''} aria-hidden />
      <h2>{t('sync:preview.same.title')}</h2>
      <p className={styles['quiet']}>{t('sync:preview.same.text')}</p>
      <Button type="primary" size="large" onClick={() => navigate(href('class'))}>
        {t('sync:preview.same.done')}
      </Button>
      {props.children}
    </section>
  );
}
