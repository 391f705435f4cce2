import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionItem } from '../../../shared/contract/connection.ts';
import { errorFromJson } from '../../../shared/errors.ts';
import { isJoinRole } from '../../../shared/model/join-code.ts';
import { formatAddress } from '../../../shared/model/postgres-url.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import { differingRowCount } from '../../../shared/sync/plan-counts.ts';
import { call } from '../../client.ts';
import { useFormat } from '../../format.ts';
import { href, navigate } from '../../router.ts';
import { stateIcons } from '../../../shared/sync/badge-state.ts';
import { drawnIcons } from '../../shell/drawn-icons.ts';
import { stateNow } from '../../shell/state-now.ts';
import { useAction } from '../../use-action.ts';
import { useMinutes } from '../../use-minutes.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useApp } from '../app/app-store.ts';
import { guestWords } from './guest-words.ts';
import { connectionsStore } from './connections-store.ts';
import { isPaused, KeepInSync } from './keep-in-sync.tsx';
import { ServerState } from './server-state.tsx';
import { ShareCode } from './share-code.tsx';
import { openPreview } from './use-share.tsx';
import { WayOut } from './way-out.tsx';
import styles from './sync.module.css';

/** One connection: both ends, how it stands, what waits, and what can be done with it. */
export function ConnectionCard(props: { readonly item: ConnectionItem; readonly className: string }) {
  const { t } = useTranslation();
  const device = useApp((state) => state.app?.device.name ?? '');
  const { item } = props;
  // What a code made is known by the PC that shares the class, not by an address.
  const address = isJoinRole(item.user) ? item.name : formatAddress(item);
  const server = item.builtin ? t('sync:card.builtin') : shownText(address);
  const title = item.builtin ? t('sync:card.builtinTitle') : shownText(item.name);
  const error = item.error === null ? null : errorFromJson(item.error);
  return (
    <section className={styles['card']} aria-label={t('sync:card.label', { name: title })}>
      <div className={styles['cardHead']}>
        <div>
          <h2>{title}</h2>
          <p className={styles['quiet']}>
            {t('sync:card.ends', { here: device, server, class: shownText(props.className) })}
            {item.mode !== 'two-way' && ` · ${t(`sync:card.mode.${item.mode}`)}`}
          </p>
        </div>
        <Status item={item} />
      </div>
      <Pending item={item} />
      <Checked at={item.checkedAt} />
      {item.builtin && <ServerState />}
      {error !== null && item.status !== 'IN_PROGRESS' && (
        <ErrorNotice
          error={error}
          instead={guestWords(t, error.code, item.user)}
          onRetry={() => openPreview(item.classId, item.id)}
        >
          <WayOut code={error.code} connectionId={item.id} connection={item} />
        </ErrorNotice>
      )}
      <KeepInSync item={item} />
      <CardActions item={item} />
    </section>
  );
}

/** The status in a word, an icon and a colour, and since when. */
function Status(props: { readonly item: ConnectionItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { item } = props;
  useMinutes();
  const state = stateNow(item).kind;
  const Icon = drawnIcons[stateIcons[state]];
  const at = item.lastRunAt;
  return (
    <div className={styles['status']} data-state={state}>
      {/* Only what changes its meaning is told to who hears the page, not that another minute is over. */}
      <span className={styles['statusTold']} role="status">
        <span className={styles['statusWord']}>
          <Icon aria-hidden /> {t(`sync:status.${state}`)}
        </span>
        {isPaused(item.continuous) && <span className={styles['quiet']}>{t('sync:keep.isPaused')}</span>}
      </span>
      {/* Where the status says so already it is not said again. */}
      {state !== 'never-synced' && (
        <span className={styles['quiet']}>
          {at === null ? t('sync:card.never') : t('sync:card.last', { time: format.when(at), ago: format.ago(at) })}
        </span>
      )}
    </div>
  );
}

/** How old everything is that is said about the server. */
function Checked(props: { readonly at: string | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  useMinutes();
  if (props.at === null) return null;
  return <p className={styles['quiet']}>{t('sync:card.checked', { ago: format.ago(props.at) })}</p>;
}

function Pending(props: { readonly item: ConnectionItem }) {
  const { t } = useTranslation();
  const { pending } = props.item;
  const { up, down, both, conflicts, blocked, left } = pending;
  const parts = [
    ...(up > 0 ? [t('sync:card.up', { count: up })] : []),
    ...(down > 0 ? [t('sync:card.down', { count: down })] : []),
    ...(both > 0 ? [t('sync:card.both', { count: both })] : []),
    ...(conflicts > 0 ? [t('sync:card.conflicts', { count: conflicts })] : []),
    ...(blocked > 0 ? [t('sync:card.blocked', { count: blocked })] : []),
    ...(left > 0 ? [t('sync:card.left', { count: left })] : []),
  ];
  if (differingRowCount(pending) > 0) return <p>{parts.join(' · ')}</p>;
  return props.item.lastRunAt === null ? null : <p className={styles['quiet']}>{t('sync:card.nothingWaits')}</p>;
}

function CardActions(props: { readonly item: ConnectionItem }) {
  const { t } = useTranslation();
  const { item } = props;
  const { classId, id } = item;
  const [asks, setAsks] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const action = useAction();
  const busy = item.status === 'IN_PROGRESS';
  const remove = async (): Promise<void> => {
    await call('connection.remove', { classId, connectionId: id });
    await connectionsStore.refresh();
  };
  const showCode = (): void => void action.run(async () => setCode((await call('server.joinCode', { classId })).code));
  return (
    <>
      {action.error !== null && <ErrorNotice error={action.error} onClose={action.clear} />}
      <div className={styles['cardActions']}>
        <Button
          // What failed has its own primary button: the one that repairs it.
          type={item.status === 'FAILED' ? 'default' : 'primary'}
          onClick={() => (busy ? navigate(href(`sync/preview/${id}`)) : openPreview(classId, id))}
        >
          {t('sync:card.preview')}
        </Button>
        {item.builtin ? (
          <Button loading={action.busy} onClick={showCode}>
            {t('sync:card.code')}
          </Button>
        ) : (
          <>
            <Button onClick={() => navigate(href(`sync/server/${id}`))}>{t('sync:card.edit')}</Button>
            <Button onClick={() => navigate(href(`sync/server/${id}`, { test: '1' }))}>{t('sync:card.test')}</Button>
          </>
        )}
        <Button danger onClick={() => setAsks(true)}>
          {t('sync:card.delete')}
        </Button>
      </div>
      <ShareCode
        code={code}
        title={t('sync:code.title')}
        unsent={item.lastRunAt === null}
        onClose={() => setCode(null)}
      />
      <Delete open={asks} name={item.name} onConfirm={remove} onClose={() => setAsks(false)} />
    </>
  );
}

function Delete(props: {
  readonly open: boolean;
  readonly name: string;
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTranslation();
  return (
    <Confirm
      open={props.open}
      danger
      title={t('sync:card.deleteTitle', { name: shownText(props.name) })}
      action={t('sync:card.delete')}
      onConfirm={props.onConfirm}
      onClose={props.onClose}
    >
      {t('sync:card.deleteText')}
    </Confirm>
  );
}
