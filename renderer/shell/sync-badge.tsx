import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { errorFromJson } from '../../shared/errors.ts';
import { useApp } from '../features/app/app-store.ts';
import { statusStore } from '../features/app/status-store.ts';
import { SyncSheet } from '../features/sync/sync-sheet.tsx';
import { useFindingOut } from '../features/sync/use-finding-out.ts';
import { useLooking } from '../features/sync/use-looking.ts';
import { useFormat } from '../format.ts';
import { href } from '../router.ts';
import { badgeState, type BadgeState } from './badge-state.ts';
import { stateIcons } from './state-icons.ts';
import styles from './shell.module.css';

/** Colour of a badge's icon: nothing is said by colour alone, the icon and the words are always there. */
type Tone = 'idle' | 'busy' | 'ok' | 'waiting' | 'conflict' | 'failed';

const tones: Readonly<Record<BadgeState['kind'], Tone>> = {
  'only-here': 'idle',
  'not-answering': 'busy',
  checking: 'busy',
  syncing: 'busy',
  'password-missing': 'failed',
  'password-refused': 'failed',
  failed: 'failed',
  overdue: 'failed',
  offline: 'idle',
  halted: 'failed',
  'needs-you': 'conflict',
  cancelled: 'waiting',
  stopped: 'failed',
  waiting: 'waiting',
  'to-get': 'waiting',
  'left-out': 'idle',
  'all-safe': 'ok',
  'never-synced': 'idle',
};

/** How safe the class is, in the rail of every page; leads to the quick way to sync. Changes are announced. */
export function SyncBadge(props: { readonly classId: string }) {
  const { t } = useTranslation();
  const { data } = statusStore.use();
  const connected = useApp((state) => state.connected);
  const words = useWords();
  const [open, setOpen] = useState(false);
  useEffect(() => statusStore.show(props.classId), [props.classId]);
  useFindingOut(data?.connection ?? null);
  useLooking(data?.connection ?? null, open);
  if (data === null || data.classId !== props.classId) return <div className={styles['badge']} />;
  const state = badgeState(data, connected);
  const { title, detail } = words(state);
  const Icon = stateIcons[state.kind];
  return (
    <div role="status">
      <Door state={state} onOpen={() => setOpen(true)}>
        <span className={styles['badgeTitle']}>
          <span className="visually-hidden">{t('common:nav.sync')}: </span>
          <Icon className={styles['badgeIcon'] ?? ''} data-tone={tones[state.kind]} aria-hidden />
          <span>{title}</span>
        </span>
        {/* When it was last looked changes every few minutes; nobody wants to hear that. */}
        <span className={styles['badgeDetail']} aria-live={state.kind === 'all-safe' ? 'off' : undefined}>
          {detail}
        </span>
      </Door>
      {open && data.connection !== null && <SyncSheet connection={data.connection} onClose={() => setOpen(false)} />}
    </div>
  );
}

/** With a server the badge opens the quick way to sync; without one it leads to the page where the class can be shared. */
function Door(props: { readonly state: BadgeState; readonly onOpen: () => void; readonly children: ReactNode }) {
  if (props.state.kind === 'only-here' || props.state.kind === 'not-answering') {
    return (
      <a className={styles['badge']} href={href('sync')}>
        {props.children}
      </a>
    );
  }
  return (
    <button type="button" className={styles['badge']} aria-haspopup="dialog" onClick={props.onOpen}>
      {props.children}
    </button>
  );
}

function useWords(): (state: BadgeState) => { readonly title: string; readonly detail: string } {
  const { t } = useTranslation();
  const format = useFormat();
  const last = (at: string | null): string =>
    at === null ? t('common:badge.neverSynced') : t('common:badge.lastSync', { time: format.when(at) });
  return (state) => {
    switch (state.kind) {
      case 'only-here':
        return {
          title: t('common:badge.onlyHere'),
          detail: t('common:badge.recentEntries', { count: state.recent }),
        };
      case 'not-answering':
        return { title: t('common:badge.notAnswering'), detail: t('common:badge.notAnsweringDetail') };
      case 'checking':
        return { title: t('common:badge.checking'), detail: t('common:badge.checkingDetail') };
      case 'syncing':
        return {
          title: t('common:badge.syncing'),
          detail: state.count > 0 ? t('common:badge.syncingDetail', { count: state.count }) : '',
        };
      case 'password-missing':
      case 'password-refused':
        return { title: t(`common:badge.${state.kind}`), detail: t('common:badge.passwordDetail') };
      case 'failed': {
        const { code, params } = errorFromJson({ code: state.code });
        return { title: t('common:badge.failed'), detail: t(`errors:${code}.title`, params) };
      }
      case 'overdue':
        return {
          title: t('common:badge.overdue'),
          detail: t('common:badge.overdueDetail', { count: state.count, time: format.when(state.at) }),
        };
      case 'offline':
        return {
          title: t('common:badge.offline'),
          detail: state.waiting > 0 ? t('common:badge.waiting', { count: state.waiting }) : last(state.at),
        };
      case 'halted':
        return { title: t('common:badge.halted'), detail: t('common:badge.haltedDetail') };
      case 'needs-you':
        return {
          title: t('common:badge.needsYou', { count: state.count }),
          detail: state.up + state.down > 0 ? t('common:badge.hereThere', { here: state.up, there: state.down }) : '',
        };
      case 'cancelled':
      case 'stopped':
        return { title: t('common:badge.waiting', { count: state.count }), detail: t(`common:badge.${state.kind}`) };
      case 'waiting':
        return { title: t('common:badge.waiting', { count: state.count }), detail: last(state.at) };
      case 'to-get':
        return { title: t('common:badge.there', { count: state.count }), detail: last(state.at) };
      case 'left-out':
        return { title: t('common:badge.leftOut', { count: state.count }), detail: t('common:badge.leftOutDetail') };
      case 'all-safe':
        return {
          title: t('common:badge.allSafe'),
          detail: t('common:badge.bothSame', { time: format.when(state.at) }),
        };
      case 'never-synced':
        return { title: t('common:badge.neverSynced'), detail: '' };
    }
  };
}
