import { CheckCircleOutlined } from '@ant-design/icons';
import { Button, Modal } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionItem } from '../../../shared/contract/connection.ts';
import type { PlanSummary } from '../../../shared/contract/sync.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import { waitingIn } from '../../../shared/sync/plan-counts.ts';
import { href, navigate } from '../../router.ts';
import { Busy } from '../../ui/busy.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { stopSecondClick } from '../../ui/stop-second-click.ts';
import { guestWords } from './guest-words.ts';
import { isInDoubt } from './preview/in-doubt.ts';
import { isOwnList } from './preview/preview-state.ts';
import { isPartial } from './preview/plan-checks.ts';
import { primaryMode } from './preview/primary-mode.ts';
import { previewOf, type PreviewStore } from './preview/preview-store.ts';
import { useUnreadList } from './preview/use-unread-list.ts';
import { runLabel, usePhaseText } from './preview/run-bar.tsx';
import { RunResultPanel } from './preview/run-result.tsx';
import { startUndo } from './start-undo.ts';
import { useAttending } from './use-attending.ts';
import { useEndNames } from './use-connection-name.ts';
import { useNotSent } from './use-not-sent.ts';
import { WayOut } from './way-out.tsx';
import styles from './sheet.module.css';

/**
 * The quick way to sync, from the badge: both ends, the counts, and one button where nothing needs a person. It shows the same plan as the full page, to which
 * it leads when something does.
 */
export function SyncSheet(props: {
  readonly connection: ConnectionItem;
  /** The server does not let this PC in: what is missing comes before any list that was made earlier. */
  readonly locked: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { connection, onClose } = props;
  const [locked] = useState(props.locked);
  const store = previewOf(connection.classId, connection.id);
  const plan = store.use((state) => state.plan);
  const ends = useEndNames();
  const isFresh = useFreshened(store, locked);
  useAttending(connection.classId, connection.id);
  const toList = (): void => {
    onClose();
    navigate(href(`sync/preview/${connection.id}`));
    // The badge would have it again otherwise, far from the list that was asked for.
    requestAnimationFrame(() => document.getElementById('main')?.focus({ preventScroll: true }));
  };
  return (
    <Modal
      open
      title={t('sync:sheet.title')}
      width={440}
      footer={null}
      onCancel={onClose}
      closable={{ 'aria-label': t('common:close') }}
      style={{
        position: 'absolute',
        top: 'auto',
        bottom: 16,
        insetInlineStart: 16,
        maxWidth: 'calc(100vw - 32px)',
        margin: 0,
        paddingBottom: 0,
      }}
    >
      <div className={styles['sheet']}>
        {plan !== null && (
          <p className={styles['ends']}>
            <strong>{t('sync:sheet.here', { name: ends(plan).local })}</strong> <span aria-hidden>⇄</span>{' '}
            <span className="visually-hidden">{t('sync:sheet.with')} </span>
            <strong>{ends(plan).server}</strong>
          </p>
        )}
        <SheetBody {...{ store, isFresh, connection, onClose }} mode={connection.mode} onList={toList} />
      </div>
    </Modal>
  );
}

/** Whether the list is the one that counts now: another one is not shown, and nothing can be pressed about it. */
function useFreshened(store: PreviewStore, locked: boolean): boolean {
  const [isFresh, setFresh] = useState(false);
  useEffect(() => {
    let gone = false;
    void freshen(store, locked).finally(() => {
      if (!gone) setFresh(true);
    });
    return () => {
      gone = true;
    };
  }, [store, locked]);
  return isFresh;
}

/**
 * A list that is still good is kept, decisions and all, and so is one that takes a run back; one that misses something new is made again. So is any list where the
 * server does not let this PC in, which then says why and what helps; where it does again, the choices made stay.
 */
async function freshen(store: PreviewStore, locked: boolean): Promise<void> {
  await store.open();
  await store.catchUp();
  const { plan, work } = store.use.getState();
  if (
    work === null &&
    plan !== null &&
    !isOwnList(plan) &&
    (locked ||
      plan.newHere > 0 ||
      plan.movedHere > 0 ||
      plan.state !== 'open' ||
      plan.total === 0 ||
      plan.purpose !== 'sync')
  )
    await store.compare();
}

function SheetBody(props: {
  readonly store: PreviewStore;
  readonly isFresh: boolean;
  readonly mode: ConnectionItem['mode'];
  readonly connection: Pick<ConnectionItem, 'builtin' | 'name' | 'user' | 'lastRunAt' | 'checking'>;
  readonly onList: () => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const phaseText = usePhaseText();
  const notSent = useNotSent(props.store.classId, props.connection);
  const { store, mode, connection, onList } = props;
  const { plan, work, error, result } = store.use();
  const inDoubt = store.use(isInDoubt);
  const list = <Button onClick={onList}>{t('sync:sheet.list')}</Button>;
  if (work !== null) {
    const stop = (
      <Button onClick={store.cancel} disabled={work.cancelling}>
        {t('common:cancel')}
      </Button>
    );
    return (
      <>
        <Busy label={phaseText(work)} />
        <Actions>{stop}</Actions>
      </>
    );
  }
  if (!props.isFresh) return <Busy />;
  if (error !== null) {
    return (
      <>
        <ErrorNotice
          error={error}
          instead={guestWords(t, error.code, connection.user)}
          onRetry={() => void store.retry()}
        >
          <WayOut code={error.code} connectionId={store.connectionId} connection={connection} onGo={props.onClose} />
        </ErrorNotice>
        <Actions>{list}</Actions>
      </>
    );
  }
  const ended =
    result === null ? null : (
      <RunResultPanel
        run={result.run}
        purpose={result.purpose}
        foundOut={result.foundOut}
        tooLate={result.tooLate}
        onSeen={store.seeResult}
        onUndo={() => {
          props.onClose();
          startUndo({ classId: store.classId, connectionId: store.connectionId, runId: result.run.runId });
        }}
        onClose={plan?.total === 0 ? null : () => store.dismiss('result')}
      />
    );
  if (plan === null) return ended ?? <Busy />;
  // Its numbers say nothing of what comes next, and there is nothing to look at in it.
  if (plan.state !== 'open') return <Closed {...{ store, ended, state: plan.state }} onClose={props.onClose} />;
  if (inDoubt || connection.checking) return <InDoubt {...{ ended, list }} onClose={props.onClose} />;
  if (plan.total === 0)
    return <NothingToDo {...{ connection, ended, notSent }} partial={isPartial(plan)} onClose={props.onClose} />;
  return (
    <>
      {ended}
      {/* The counts of another list would be taken for those of the next sync. */}
      {plan.purpose === 'sync' && <Counts plan={plan} />}
      <Go store={store} plan={plan} mode={mode} list={list} onList={onList} />
    </>
  );
}

/** A list without changes: how the run before it ended, that nothing was sent yet, or that both are the same. */
function NothingToDo(props: {
  readonly connection: Pick<ConnectionItem, 'name'>;
  readonly ended: ReactNode;
  readonly notSent: boolean;
  /** Some tables could not be compared. */
  readonly partial: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { connection, ended, notSent, partial } = props;
  return (
    <>
      {notSent && <p className={styles['quiet']}>{t('sync:notSent.text', { name: shownText(connection.name) })}</p>}
      {ended === null && partial && <p className={styles['quiet']}>{t('sync:preview.samePart.text')}</p>}
      {ended ??
        (notSent || partial ? null : (
          <p className={styles['same']}>
            <CheckCircleOutlined className={styles['icon'] ?? ''} aria-hidden /> {t('sync:preview.same.title')}
          </p>
        ))}
      <Actions>
        <Button type="primary" onClick={props.onClose}>
          {t('common:close')}
        </Button>
      </Actions>
    </>
  );
}

/** What is left to do where a list is closed and no next one could be made: how it ended was said, or it is compared again. */
function Closed(props: {
  readonly store: PreviewStore;
  readonly ended: ReactNode;
  readonly state: 'used' | 'stale';
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <>
      {props.ended}
      <p className={styles['quiet']}>{t(`sync:preview.${props.state}`)}</p>
      <Actions>
        <Button onClick={() => void props.store.compare()}>{t('sync:preview.refresh')}</Button>
        <Button type="primary" onClick={props.onClose}>
          {t('common:close')}
        </Button>
      </Actions>
    </>
  );
}

/** Nobody knows whether the list was carried out: neither its counts nor its button would be true. */
function InDoubt(props: { readonly ended: ReactNode; readonly list: ReactNode; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { ended, list, onClose } = props;
  return (
    <>
      {ended ?? (
        <>
          <h2>{t('sync:outcome.checking.title')}</h2>
          <p className={styles['quiet']}>{t('sync:outcome.checking.text')}</p>
        </>
      )}
      <Actions>
        {list}
        <Button type="primary" onClick={onClose}>
          {t('common:close')}
        </Button>
      </Actions>
    </>
  );
}

/** One button where nothing needs a person; else the way to the list, where it is decided. */
function Go(props: {
  readonly store: PreviewStore;
  readonly plan: PlanSummary;
  readonly mode: ConnectionItem['mode'];
  readonly list: ReactNode;
  readonly onList: () => void;
}) {
  const { t } = useTranslation();
  const { store, plan, mode } = props;
  if (plan.purpose !== 'sync') {
    return (
      <>
        <p className={styles['quiet']}>{t(`sync:sheet.own.${plan.purpose}`)}</p>
        <Actions>
          <Button onClick={() => void store.compare()}>{t('sync:undo.back')}</Button>
          <Button type="primary" size="large" onClick={props.onList}>
            {t('sync:sheet.toList')}
          </Button>
        </Actions>
      </>
    );
  }
  const way = primaryMode(plan, mode);
  const count = plan.ready[way];
  const words = plan.undecided === 0 ? 'sync:sheet.look' : count > 0 ? 'sync:sheet.asksSome' : 'sync:sheet.asks';
  const goes = plan.guards.length === 0 && plan.state === 'open' && count > 0;
  const plain = goes && plan.undecided === 0;
  // Nothing decided waits for something undecided.
  const asksSome = goes && plan.undecided > 0;
  if (plain) {
    return (
      <Actions>
        {props.list}
        <RunButton primary store={store} plan={plan} way={way} />
      </Actions>
    );
  }
  return (
    <>
      <p className={styles['quiet']}>{t(words)}</p>
      <Actions>
        {asksSome && <RunButton store={store} plan={plan} way={way} />}
        <Button type="primary" size="large" onClick={props.onList}>
          {t('sync:sheet.toList')}
        </Button>
      </Actions>
    </>
  );
}

/** Carries the list out, as far as it needs nobody; says how much of it stays. */
function RunButton(props: {
  readonly store: PreviewStore;
  readonly plan: PlanSummary;
  readonly way: ReturnType<typeof primaryMode>;
  readonly primary?: boolean;
}) {
  const { t } = useTranslation();
  const { store, plan, way } = props;
  const unread = useUnreadList(plan.planId);
  return (
    <Button
      type={props.primary === true ? 'primary' : 'default'}
      size="large"
      aria-disabled={unread || undefined}
      onClick={() => {
        if (!unread) void store.run(plan.planId, way);
      }}
    >
      {runLabel(way, plan.ready[way], plan.ready.leave, t)}
    </Button>
  );
}

function Counts(props: { readonly plan: PlanSummary }) {
  const { t } = useTranslation();
  const { plan } = props;
  const { undecided, blocked } = plan;
  const { up, down, both, conflicts, left } = waitingIn({ ...plan.ready, undecided, blocked });
  const lines = [
    { key: 'up', count: up },
    { key: 'down', count: down },
    { key: 'both', count: both },
    { key: 'conflicts', count: conflicts },
    // A change can wait for the decision about another one; nobody left that out.
    { key: 'blocked', count: blocked },
    { key: 'left', count: left },
  ] as const;
  return (
    <ul className={styles['counts']}>
      {lines.flatMap(({ key, count }) => (count === 0 ? [] : [<li key={key}>{t(`sync:sheet.${key}`, { count })}</li>]))}
    </ul>
  );
}

function Actions(props: { readonly children: ReactNode }) {
  return (
    <div className={styles['actions']} onClickCapture={stopSecondClick}>
      {props.children}
    </div>
  );
}
